import Box from '@mui/material/Box';
import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { memo, useId } from 'react';
import { GroupHead } from './GroupHead';
import { GroupMenu } from './GroupMenu';
import { HopBar } from './HopBar';
import { firstEntries, hopsOf } from './hops';
import { NextLine } from './NextLine';
import { TimelineLine } from './TimelineLine';
import { useArrivals } from './useArrivals';

/**
 * One event as a group: a head that says where it stands, and its lines when
 * it is open. Drawn again only when its own event has news, so that a long
 * list stays quick.
 */
export const TimelineGroupItem = memo(function GroupItem(props: {
  group: TimelineGroup;
  open: boolean;
  onToggle: (uid: string, open: boolean) => void;
  onChanged?: () => void;
}) {
  const { group, open, onToggle, onChanged } = props;
  const id = useId();
  return (
    <Box
      component="li"
      data-row={group.eventUid}
      sx={{
        border: 1,
        borderColor: 'divider',
        borderRadius: '8px',
        bgcolor: 'background.paper',
        overflow: 'hidden',
        containerType: 'inline-size',
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', pr: 0.5 }}>
        <GroupHead
          group={group}
          open={open}
          id={`${id}head`}
          controls={`${id}lines`}
          onClick={() => onToggle(group.eventUid, !open)}
        />
        <GroupMenu group={group} onChanged={onChanged} />
      </Box>
      {open && (
        <Box id={`${id}lines`} role="region" aria-labelledby={`${id}head`}>
          <GroupLines group={group} />
        </Box>
      )}
    </Box>
  );
});

/** The lines of one event, what comes next, and where its time went. */
export function GroupLines({ group }: { group: TimelineGroup }) {
  const { entries, settled } = group;
  const arrived = useArrivals(entries.map(entry => entry.id));
  return (
    <Box sx={{ px: { xs: 0.5, sm: 1 }, pb: 1.5, containerType: 'inline-size' }}>
      <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {entries.map((entry, index) => (
          <TimelineLine
            key={entry.id}
            entry={entry}
            before={entries[index - 1]}
            arrived={arrived(entry.id)}
            last={settled && index === entries.length - 1}
          />
        ))}
        {!settled && <NextLine group={group} />}
      </Box>
      <Box sx={{ pl: { xs: 1, sm: 4.75 }, pr: 1, mt: 1 }}>
        <HopBar hops={hopsOf(firstEntries(group))} />
      </Box>
    </Box>
  );
}
