import ScienceIcon from '@mui/icons-material/ScienceOutlined';
import Box from '@mui/material/Box';
import type { SensorTestResult } from '@gitops-events/plugin-gitops-events-common';
import { EmptyState } from '../../feedback/EmptyState';
import { ErrorPanel } from '../../feedback/ErrorPanel';
import { LoadingRows } from '../../feedback/LoadingRows';
import { RehearsedDecision } from './RehearsedDecision';
import { marksOf } from './RuleChoice';

/** What the rule says to the event, why, and what its run would write. */
export function BenchResult(props: {
  busy: boolean;
  result: SensorTestResult | undefined;
  error: unknown;
}) {
  const { busy, result, error } = props;
  if (error !== undefined) {
    return marksOf(error).length > 0 ? (
      <EmptyState title="The rule cannot be read">
        What to mend stands below its text.
      </EmptyState>
    ) : (
      <ErrorPanel title="The test could not be made" error={error} />
    );
  }
  if (!result) {
    return busy ? (
      <LoadingRows rows={3} height={96} />
    ) : (
      <EmptyState
        title="Would it fire, and what would it write?"
        icon={<ScienceIcon sx={{ fontSize: 40 }} />}
      >
        Choose an event that came, or write one. You see what each expression
        came to, what the rule says, and the files it would change, judged by
        policy. Nothing is kept or changed.
      </EmptyState>
    );
  }
  return (
    <Box
      aria-busy={busy}
      aria-live="polite"
      sx={{ opacity: busy ? 0.6 : 1, minWidth: 0 }}
    >
      {result.decisions.map(decision => (
        <RehearsedDecision
          key={`${decision.event} ${decision.sensor}`}
          decision={decision}
          showSensor={result.decisions.length > 1}
        />
      ))}
    </Box>
  );
}
