import type {
  DecisionView,
  Status,
} from '@gitops-events/plugin-gitops-events-common';
import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { TextLink } from '../navigation/TextLink';
import { boxStyle } from '../navigation/Section';
import { Sentence } from '../navigation/Sentence';
import { eventRouteRef, sensorRouteRef } from '../routes';
import { StatusChip } from '../status/StatusChip';
import { RelativeTime } from '../time/RelativeTime';
import { outcomes } from './outcomes';

/** What sensors said, each with its reason. */
export function Decisions(props: {
  decisions: readonly DecisionView[];
  /** Name the sensor, not the event: on the page of one event. */
  showSensor?: boolean;
}) {
  const { decisions, showSensor = false } = props;
  if (decisions.length === 0) {
    return (
      <Typography variant="body2" color="text.secondary">
        No sensor listens to this type and source, so none had to decide.
      </Typography>
    );
  }
  return (
    <Box
      component="ul"
      aria-label="Decisions"
      sx={{ ...boxStyle, p: 0, m: 0, listStyle: 'none' }}
    >
      {decisions.map(decision => (
        <DecisionItem
          key={`${decision.eventUid} ${decision.sensor} ${decision.revision}`}
          decision={decision}
          showSensor={showSensor}
        />
      ))}
    </Box>
  );
}

const itemStyle = {
  display: 'grid',
  gridTemplateColumns: {
    xs: 'minmax(0, 1fr) auto',
    sm: '128px minmax(0, 1fr) auto',
  },
  gridTemplateAreas: {
    xs: '"chip when" "what what"',
    sm: '"chip what when"',
  },
  columnGap: 1.5,
  rowGap: 0.5,
  alignItems: 'baseline',
  px: 2,
  py: 1.25,
  '& + &': { borderTop: 1, borderColor: 'divider' },
} as const;

function DecisionItem(props: { decision: DecisionView; showSensor: boolean }) {
  const { decision, showSensor } = props;
  const { eventUid, eventType, eventSubject, sensor, revision } = decision;
  const eventRoute = useRouteRef(eventRouteRef);
  const sensorRoute = useRouteRef(sensorRouteRef);
  const { word, tone } = outcomes[decision.outcome];
  const duplicateOf = decision.reason.detail?.eventUid;
  const status: Status = { word, tone, sentence: decision.reason.message };
  return (
    <Box component="li" data-row={eventUid} sx={itemStyle}>
      <Box sx={{ gridArea: 'chip', minWidth: 0 }}>
        <StatusChip status={status} />
      </Box>
      <Box sx={{ gridArea: 'what', minWidth: 0, overflowWrap: 'anywhere' }}>
        <TextLink
          to={
            showSensor
              ? sensorRoute({ name: sensor })
              : eventRoute({ uid: eventUid })
          }
          data-row-focus
          sx={{ fontWeight: 600 }}
        >
          {showSensor
            ? `${sensor}, revision ${revision}`
            : eventSubject || eventType || `Event ${eventUid.slice(0, 8)}`}
        </TextLink>
        {!showSensor && (
          <Box component="span" sx={{ color: 'text.secondary', ml: 1 }}>
            {eventSubject ? eventType : decision.eventSource}
          </Box>
        )}
        <div>
          <Sentence>{decision.reason.message}</Sentence>{' '}
          <TextLink
            to={`${sensorRoute({ name: sensor })}/test?event=${eventUid}`}
            title="Test the rule with this event"
            sx={{ fontSize: '0.8125rem', whiteSpace: 'nowrap' }}
          >
            Try it
          </TextLink>
          {typeof duplicateOf === 'string' && (
            <>
              {' '}
              <TextLink
                to={eventRoute({ uid: duplicateOf })}
                sx={{ fontSize: '0.8125rem', whiteSpace: 'nowrap' }}
              >
                Open the first
              </TextLink>
            </>
          )}
        </div>
      </Box>
      <Typography
        variant="caption"
        color="text.secondary"
        sx={{ gridArea: 'when', textAlign: 'right' }}
      >
        <RelativeTime at={decision.decidedAt} />
        {!showSensor && (
          <Box component="span" sx={{ display: { xs: 'none', sm: 'block' } }}>
            revision {revision}
          </Box>
        )}
      </Typography>
    </Box>
  );
}
