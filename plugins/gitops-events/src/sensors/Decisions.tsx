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
    <Box component="ul" sx={{ ...boxStyle, p: 0, m: 0, listStyle: 'none' }}>
      {decisions.map(decision => (
        <DecisionItem
          key={`${decision.eventUid} ${decision.sensor}`}
          decision={decision}
          showSensor={showSensor}
        />
      ))}
    </Box>
  );
}

function DecisionItem(props: { decision: DecisionView; showSensor: boolean }) {
  const { decision, showSensor } = props;
  const eventRoute = useRouteRef(eventRouteRef);
  const sensorRoute = useRouteRef(sensorRouteRef);
  const { word, tone } = outcomes[decision.outcome];
  const status: Status = { word, tone, sentence: decision.reason.message };
  const to = showSensor
    ? sensorRoute({ name: decision.sensor })
    : eventRoute({ uid: decision.eventUid });
  return (
    <Box
      component="li"
      data-row={decision.eventUid}
      sx={{
        display: 'grid',
        gridTemplateColumns: {
          xs: 'minmax(0, 1fr)',
          sm: '128px minmax(0, 1fr) auto',
        },
        columnGap: 1.5,
        rowGap: 0.5,
        alignItems: 'baseline',
        px: 2,
        py: 1.25,
        '& + &': { borderTop: 1, borderColor: 'divider' },
      }}
    >
      <div>
        <StatusChip status={status} />
      </div>
      <div>
        <TextLink to={to} data-row-focus sx={{ fontWeight: 600 }}>
          {showSensor
            ? `${decision.sensor}, revision ${decision.revision}`
            : (decision.eventSubject ?? decision.eventType)}
        </TextLink>
        <Box sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
          <Sentence>{decision.reason.message}</Sentence>
        </Box>
      </div>
      <Typography variant="caption" color="text.secondary">
        <RelativeTime at={decision.decidedAt} />
      </Typography>
    </Box>
  );
}
