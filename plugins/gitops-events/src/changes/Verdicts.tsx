import Box from '@mui/material/Box';
import type {
  Status,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import { StatusChip } from '../status/StatusChip';

const verdictStatus: Record<Verdict['verdict'], Status> = {
  pass: { tone: 'success', word: 'Pass', sentence: 'This check agrees.' },
  review: {
    tone: 'warning',
    word: 'Needs a person',
    sentence: 'This check lets it through once a person approved it.',
  },
  deny: { tone: 'error', word: 'Denied', sentence: 'This check forbids it.' },
  cannot: {
    tone: 'warning',
    word: 'Could not run',
    sentence: 'A check that cannot run lets nothing through.',
  },
};

/** What each check said, those that object first. */
export function Verdicts({ verdicts }: { verdicts: readonly Verdict[] }) {
  if (verdicts.length === 0) {
    return (
      <Box sx={{ color: 'text.secondary' }}>It has not been judged yet.</Box>
    );
  }
  const order = ['deny', 'cannot', 'review', 'pass'];
  const sorted = [...verdicts].sort(
    (a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict),
  );
  return (
    <Box
      component="ul"
      sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 1 }}
    >
      {sorted.map(({ check, verdict, reasons }) => (
        <Box component="li" key={check}>
          <Box
            sx={{
              display: 'flex',
              alignItems: 'center',
              justifyContent: 'space-between',
              gap: 1,
            }}
          >
            <Box sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>{check}</Box>
            <Box sx={{ flexShrink: 0 }}>
              <StatusChip status={verdictStatus[verdict]} />
            </Box>
          </Box>
          {reasons.map(reason => (
            <Box
              key={reason}
              sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}
            >
              {reason}
            </Box>
          ))}
        </Box>
      ))}
    </Box>
  );
}
