import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import {
  countInWords,
  type SensorActivity,
} from '@gitops-events/plugin-gitops-events-common';
import { boxStyle } from '../../navigation/Section';
import { Sentence } from '../../navigation/Sentence';
import { toneColours } from '../../status/toneColours';
import { outcomes } from '../outcomes';
import { saidInWords } from '../saidInWords';
import { rowButton } from '../../navigation/rowButton';

type Choice = { outcome: string; code: string };

/** How many events did not fire within a day, and why, the most frequent reason first. Each reason is a filter. */
export function DecisionSummary(props: {
  activity: SensorActivity;
  chosen: Choice;
  onChoose: (choice: Choice) => void;
}) {
  const { activity, chosen, onChoose } = props;
  if (activity.decided === 0) return null;
  return (
    <Box
      component="section"
      aria-label="Last 24 hours"
      sx={{ ...boxStyle, p: 0, mb: 2, overflow: 'hidden' }}
    >
      <Box sx={{ px: 2, pt: 1.5, pb: 1.25 }}>
        <Headline activity={activity} />
      </Box>
      <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0 }}>
        {activity.reasons.map(reason => {
          const { outcome, code } = reason;
          const isChosen = chosen.outcome === outcome && chosen.code === code;
          return (
            <Box component="li" key={`${outcome} ${code}`}>
              <ReasonRow
                reason={reason}
                of={activity.decided}
                chosen={isChosen}
                onClick={() =>
                  onChoose(
                    isChosen ? { outcome: '', code: '' } : { outcome, code },
                  )
                }
              />
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}

function Headline({ activity }: { activity: SensorActivity }) {
  const { decided, fired, partial } = activity;
  const others = decided - fired;
  const total = partial
    ? `of the newest ${decided} events`
    : `of ${countInWords(decided, 'event')}`;
  return (
    <Box
      component="h2"
      sx={{ m: 0, fontSize: '0.9375rem', fontWeight: 400, lineHeight: 1.4 }}
    >
      {others === 0 ? (
        <>
          <b>Each</b> {total} fired in the last 24 hours.
        </>
      ) : (
        <>
          <b>{others}</b> {total} did not fire in the last 24 hours.
        </>
      )}
    </Box>
  );
}

const rowStyle = {
  ...rowButton,
  display: 'grid',
  gridTemplateColumns: { xs: '44px minmax(0, 1fr)', sm: '52px 96px 1fr' },
  gridTemplateAreas: {
    xs: '"count words" ". bar" ". newest"',
    sm: '"count bar words" ". . newest"',
  },
  columnGap: 1.5,
  rowGap: 0.25,
  alignItems: 'center',
  px: 2,
  py: 1,
  borderTop: '1px solid',
  borderColor: 'divider',
  '&[aria-pressed=true]': { bgcolor: 'action.selected' },
} as const;

function ReasonRow(props: {
  reason: SensorActivity['reasons'][number];
  of: number;
  chosen: boolean;
  onClick: () => void;
}) {
  const { reason, of, chosen, onClick } = props;
  const { tone } = outcomes[reason.outcome];
  const colour = toneColours(useTheme(), tone).text;
  return (
    <Box
      component="button"
      type="button"
      aria-pressed={chosen}
      onClick={onClick}
      title={chosen ? 'Show all decisions again' : 'Show these alone'}
      sx={rowStyle}
    >
      <Box
        component="b"
        sx={{
          gridArea: 'count',
          textAlign: 'right',
          fontVariantNumeric: 'tabular-nums',
        }}
      >
        {reason.count}
      </Box>
      <Box
        aria-hidden
        component="span"
        sx={{
          gridArea: 'bar',
          height: 6,
          borderRadius: 3,
          bgcolor: 'action.hover',
        }}
      >
        <Box
          component="span"
          sx={{
            display: 'block',
            height: 6,
            minWidth: 3,
            borderRadius: 3,
            bgcolor: colour,
            width: `${(reason.count / of) * 100}%`,
          }}
        />
      </Box>
      <Box component="span" sx={{ gridArea: 'words' }}>
        {saidInWords(reason.outcome, reason.code)}
      </Box>
      <Box
        component="span"
        sx={{
          gridArea: 'newest',
          minWidth: 0,
          color: 'text.secondary',
          fontSize: '0.8125rem',
          overflowWrap: 'anywhere',
        }}
      >
        <Sentence>{reason.message}</Sentence>
      </Box>
    </Box>
  );
}
