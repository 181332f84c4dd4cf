import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { durationInWords } from '@gitops-events/plugin-gitops-events-common';
import { Sentence } from '../navigation/Sentence';
import { TextLink } from '../navigation/TextLink';
import { quarantineRouteRef } from '../routes';
import { useNow } from '../time/useNow';
import { Dot, lineGrid } from './TimelineLine';
import { whenWide } from './whenWide';

const wholeSeconds = (ms: number) => Math.floor(ms / 1_000) * 1_000;

/** The line after the last one, while the event is not settled: what it is doing, or whom it waits for, and since when. */
export function NextLine({ group }: { group: TimelineGroup }) {
  const now = useNow();
  const last = group.entries[group.entries.length - 1];
  const quarantine = useRouteRef(quarantineRouteRef)();
  const held = group.runs.find(run => run.state === 'held');
  const since = Date.parse(last?.at ?? group.receivedAt);
  return (
    <Box
      component="li"
      sx={{
        ...lineGrid,
        px: 1,
        py: 0.5,
        fontSize: '0.875rem',
        lineHeight: 1.45,
      }}
    >
      <Dot tone={group.status.tone} rail={false} pulsing />
      <Box sx={{ fontStyle: 'italic', [whenWide]: { gridColumn: '2 / 4' } }}>
        <Sentence>{whatIsNext(group)}</Sentence>
        {held && (
          <TextLink
            to={`${quarantine}?group=none&cause=${held.id}`}
            sx={{ ml: 1, whiteSpace: 'nowrap', fontStyle: 'normal' }}
          >
            Review
          </TextLink>
        )}
      </Box>
      <Box
        sx={{
          color: 'text.secondary',
          fontSize: '0.8125rem',
          fontVariantNumeric: 'tabular-nums',
          whiteSpace: 'nowrap',
        }}
      >
        {now - since >= 1_000 && durationInWords(wholeSeconds(now - since))}
      </Box>
    </Box>
  );
}

/** What it does now; where its last line already says that it waits for somebody, what that somebody does. */
function whatIsNext({ entries, status }: TimelineGroup): string {
  switch (entries[entries.length - 1]?.kind) {
    case 'waitingForApproval':
      return 'Nothing more happens until it is approved or closed';
    case 'held':
      return 'Nothing more happens until somebody releases or discards it';
    default:
      return status.sentence;
  }
}
