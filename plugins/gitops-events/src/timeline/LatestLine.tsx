import Box from '@mui/material/Box';
import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { useEffect, useRef, useState } from 'react';
import { Sentence } from '../navigation/Sentence';

// For ears alone; `display: none` would silence it.
const visuallyHidden = {
  position: 'absolute',
  width: '1px',
  height: '1px',
  m: '-1px',
  p: 0,
  overflow: 'hidden',
  clip: 'rect(0 0 0 0)',
  whiteSpace: 'nowrap',
  border: 0,
} as const;

/** Reads new lines out, politely: the newest one when several come at once. */
export function LatestLine({ groups }: { groups: readonly TimelineGroup[] }) {
  const known = useRef<Set<string>>();
  const [sentence, setSentence] = useState('');
  useEffect(() => {
    const lines = groups.flatMap(group =>
      group.entries.map(entry => ({ group, entry })),
    );
    const before = known.current;
    known.current = new Set(lines.map(({ entry }) => entry.id));
    if (!before) return;
    const fresh = lines.filter(({ entry }) => !before.has(entry.id));
    fresh.sort((a, b) => Date.parse(a.entry.at) - Date.parse(b.entry.at));
    const newest = fresh[fresh.length - 1];
    if (newest) setSentence(`${newest.group.title}: ${newest.entry.title}`);
  }, [groups]);
  return (
    <Box sx={visuallyHidden} role="log" aria-live="polite">
      <Sentence>{sentence}</Sentence>
    </Box>
  );
}
