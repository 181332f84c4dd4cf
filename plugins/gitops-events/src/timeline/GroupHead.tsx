import ChevronIcon from '@mui/icons-material/ChevronRight';
import Box from '@mui/material/Box';
import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { StatusChip } from '../status/StatusChip';
import { EntityName } from '../navigation/EntityName';
import { RelativeTime } from '../time/RelativeTime';
import { whenWide } from './whenWide';
import { focusRing } from '../navigation/focusRing';

const headStyle = {
  flex: 1,
  minWidth: 0,
  display: 'flex',
  alignItems: 'flex-start',
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
  '&:focus-visible': focusRing,
} as const;

const textStyle = {
  flex: '1 1 auto',
  minWidth: 0,
  display: 'flex',
  flexDirection: 'column',
  alignItems: 'flex-start',
  gap: 0.75,
  [whenWide]: { flexDirection: 'row', gap: 2 },
} as const;

/** Head of a group: what was asked, by whom and when, and where it stands. Opens and closes it. */
export function GroupHead(props: {
  group: TimelineGroup;
  open: boolean;
  id: string;
  controls: string;
  onClick: () => void;
}) {
  const { group, open, id, controls, onClick } = props;
  return (
    <Box
      component="button"
      type="button"
      data-row-focus
      id={id}
      aria-expanded={open}
      aria-controls={controls}
      onClick={onClick}
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
      <Box component="span" sx={textStyle}>
        <Box component="span" sx={{ flex: '1 1 auto', minWidth: 0 }}>
          <Box
            component="span"
            sx={{ fontWeight: 600, mr: 1.5, overflowWrap: 'anywhere' }}
          >
            {group.title}
          </Box>
          <Box
            component="span"
            sx={{
              display: 'inline-block',
              color: 'text.secondary',
              fontSize: '0.8125rem',
            }}
          >
            by <EntityName entityRef={group.requestedBy} />,{' '}
            <RelativeTime at={group.receivedAt} />
          </Box>
        </Box>
        <Box
          component="span"
          sx={{
            display: 'inline-flex',
            minWidth: 0,
            maxWidth: '100%',
            [whenWide]: { maxWidth: '55%', flexShrink: 0 },
          }}
        >
          <StatusChip status={group.status} sentence />
        </Box>
      </Box>
    </Box>
  );
}
