import Box from '@mui/material/Box';
import type { Status } from '@gitops-events/plugin-gitops-events-common';
import { newerValueOf, sentenceOf } from '../api/refusal';
import { Sentence } from '../navigation/Sentence';
import { StatusChip } from '../status/StatusChip';
import { NewerValueTable } from './NewerValueTable';
import type { BulkOutcome } from './runBulk';

/** How each item went; what failed says why. */
export function BulkOutcomes(props: {
  items: readonly { id: string; title: string }[];
  outcomes: ReadonlyMap<string, BulkOutcome>;
}) {
  const { items, outcomes } = props;
  return (
    <Box
      component="ul"
      aria-label="Progress by item"
      sx={{
        m: 0,
        p: 0,
        listStyle: 'none',
        display: 'grid',
        gap: 0.75,
        maxHeight: 280,
        overflowY: 'auto',
      }}
    >
      {items.map(item => {
        const outcome = outcomes.get(item.id);
        return (
          <li key={item.id}>
            <Box
              sx={{
                display: 'flex',
                alignItems: 'center',
                justifyContent: 'space-between',
                gap: 1,
              }}
            >
              <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
                {item.title}
              </Box>
              <Box sx={{ flexShrink: 0 }}>
                <StatusChip status={outcomeStatus(outcome)} />
              </Box>
            </Box>
            {outcome?.ok === false && newerValueOf(outcome.error) && (
              <NewerValueTable newer={newerValueOf(outcome.error)!} />
            )}
            {outcome?.ok === false && !newerValueOf(outcome.error) && (
              <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
                <Sentence>{sentenceOf(outcome.error)}</Sentence>
              </Box>
            )}
          </li>
        );
      })}
    </Box>
  );
}

function outcomeStatus(outcome: BulkOutcome | undefined): Status {
  if (!outcome)
    return { tone: 'neutral', word: 'Next', sentence: 'Its turn comes.' };
  if (!outcome.ok && newerValueOf(outcome.error)) {
    return {
      tone: 'warning',
      word: 'To confirm',
      sentence: sentenceOf(outcome.error),
    };
  }
  return outcome.ok
    ? { tone: 'success', word: 'Done', sentence: 'Decided.' }
    : { tone: 'error', word: 'Not done', sentence: sentenceOf(outcome.error) };
}
