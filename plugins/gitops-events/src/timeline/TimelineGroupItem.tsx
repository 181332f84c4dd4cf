import ChevronIcon from '@mui/icons-material/ChevronRight';
import Box from '@mui/material/Box';
import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { useId } from 'react';
import { StatusChip } from '../status/StatusChip';
import { RelativeTime } from '../time/RelativeTime';
import { GroupMenu } from './GroupMenu';
import { HopBar } from './HopBar';
import { hopsOf } from './hops';
import { NextLine } from './NextLine';
import { TimelineLine } from './TimelineLine';
import { useArrivals } from './useArrivals';

const headStyle = {
  flex: 1,
  minWidth: 0,
  display: 'flex',
  alignItems: { xs: 'flex-start', md: 'center' },
  gap: 0.75,
  px: 1,
  py: 1.25,
  border: 0,
  background: 'none',
  color: 'inherit',
  font: 'inherit',
  fontSize: '0.9375rem',
  textAlign: 'left',
  cursor: 'pointer',
  '&:hover': { bgcolor: 'action.hover' },
  '&:focus-visible': {
    outline: '2px solid',
    outlineColor: 'primary.main',
    outlineOffset: '-2px',
  },
} as const;

const headTextStyle = {
  display: 'flex',
  flexDirection: { xs: 'column', md: 'row' },
  alignItems: { xs: 'flex-start', md: 'baseline' },
  columnGap: 1.5,
  rowGap: 0.5,
} as const;

/** One event as a group: a head that says where it stands, and its lines when it is open. */
export function TimelineGroupItem(props: {
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
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', pr: 0.5 }}>
        <Box
          component="button"
          type="button"
          data-row-focus
          id={`${id}head`}
          aria-expanded={open}
          aria-controls={`${id}lines`}
          onClick={() => onToggle(group.eventUid, !open)}
          sx={headStyle}
        >
          <ChevronIcon
            aria-hidden
            sx={{
              fontSize: 20,
              flexShrink: 0,
              color: 'text.secondary',
              transform: open ? 'rotate(90deg)' : undefined,
              transition: 'transform 120ms',
              '@media (prefers-reduced-motion: reduce)': { transition: 'none' },
            }}
          />
          <Box sx={{ flex: '1 1 auto', minWidth: 0, ...headTextStyle }}>
            <Box
              component="span"
              sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}
            >
              {group.title}
            </Box>
            <Box
              component="span"
              sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}
            >
              {group.requestedBy}, <RelativeTime at={group.receivedAt} />
            </Box>
            <Box
              component="span"
              sx={{
                ml: { md: 'auto' },
                minWidth: 0,
                display: 'inline-flex',
                maxWidth: '100%',
              }}
            >
              <StatusChip status={group.status} sentence />
            </Box>
          </Box>
        </Box>
        <GroupMenu group={group} onChanged={onChanged} />
      </Box>
      {open && (
        <Box id={`${id}lines`} role="region" aria-labelledby={`${id}head`}>
          <GroupLines group={group} />
        </Box>
      )}
    </Box>
  );
}

/** The lines of one event, what comes next, and where its time went. */
export function GroupLines({ group }: { group: TimelineGroup }) {
  const { entries, settled } = group;
  const arrived = useArrivals(entries.map(entry => entry.id));
  return (
    <Box sx={{ px: { xs: 0.5, sm: 1 }, pb: 1.5 }}>
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
        <HopBar hops={hopsOf(entries)} />
      </Box>
    </Box>
  );
}
