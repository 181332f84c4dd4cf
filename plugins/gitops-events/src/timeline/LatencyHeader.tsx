import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { toneColours } from '../status/toneColours';
import { durationInWords } from '@gitops-events/plugin-gitops-events-common';
import { latencyOf, realTimeObjectiveMs } from './latency';

/** How fast what is shown was, beside what is promised. */
export function LatencyHeader({
  groups,
}: {
  groups: readonly TimelineGroup[];
}) {
  const theme = useTheme();
  const latency = latencyOf(groups);
  if (!latency) return null;
  const within = latency.p99 <= realTimeObjectiveMs;
  const { text } = toneColours(theme, within ? 'success' : 'warning');
  const share = Math.min(1, latency.p99 / realTimeObjectiveMs);
  const objective = durationInWords(realTimeObjectiveMs);
  return (
    <Box
      title={`Of ${latency.count} applied events shown, from accepted to applied, without the time they waited for people. The objective of real-time sensors is ${objective}.`}
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 1.5,
        fontSize: '0.8125rem',
        color: 'text.secondary',
        fontVariantNumeric: 'tabular-nums',
        whiteSpace: 'nowrap',
        '& b': { color: 'text.primary', fontWeight: 600 },
      }}
    >
      <span>
        p50 <b>{durationInWords(latency.p50)}</b>
      </span>
      <span>
        p99 <b>{durationInWords(latency.p99)}</b>
      </span>
      <span>of {objective}</span>
      <Box
        aria-hidden
        sx={{
          width: 72,
          height: 6,
          borderRadius: 3,
          bgcolor: 'action.selected',
          overflow: 'hidden',
        }}
      >
        <Box
          sx={{
            width: `${Math.max(3, share * 100)}%`,
            height: '100%',
            bgcolor: text,
          }}
        />
      </Box>
    </Box>
  );
}
