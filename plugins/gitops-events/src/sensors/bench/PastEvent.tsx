import Box from '@mui/material/Box';
import type { DecisionView } from '@gitops-events/plugin-gitops-events-common';
import { StatusChip } from '../../status/StatusChip';
import { RelativeTime } from '../../time/RelativeTime';
import { outcomes } from '../outcomes';
import { focusRing } from '../../navigation/focusRing';

const rowStyle = {
  display: 'grid',
  gridTemplateColumns: '124px minmax(0, 1fr) auto',
  columnGap: 1,
  alignItems: 'center',
  px: 1.5,
  py: 1,
  cursor: 'pointer',
  position: 'relative',
  '&:hover': { bgcolor: 'action.hover' },
  '&:has(input:checked)': { bgcolor: 'action.selected' },
  '&:has(input:focus-visible)': focusRing,
  '& input': {
    position: 'absolute',
    opacity: 0,
    inset: 0,
    width: '100%',
    height: '100%',
    m: 0,
    cursor: 'pointer',
  },
} as const;

/** One event that came: what it was, what was said to it then. */
export function PastEvent(props: {
  decision: DecisionView;
  chosen: boolean;
  onChoose: () => void;
}) {
  const { decision, chosen, onChoose } = props;
  const { eventSubject, eventType, eventUid, outcome, reason } = decision;
  const name = eventSubject || eventType || eventUid.slice(0, 8);
  return (
    <Box component="label" title={reason.message} sx={rowStyle}>
      <input
        type="radio"
        name="past-event"
        value={eventUid}
        checked={chosen}
        onChange={onChoose}
        aria-label={`${name}, ${outcomes[outcome].word}`}
      />
      <span>
        <StatusChip
          status={{ ...outcomes[outcome], sentence: reason.message }}
        />
      </span>
      <Box sx={{ minWidth: 0 }}>
        <Box
          sx={{
            overflow: 'hidden',
            textOverflow: 'ellipsis',
            whiteSpace: 'nowrap',
          }}
        >
          {name}
        </Box>
        <Box
          sx={{
            color: 'text.secondary',
            fontSize: '0.75rem',
            lineHeight: 1.4,
            display: '-webkit-box',
            WebkitBoxOrient: 'vertical',
            WebkitLineClamp: 2,
            overflow: 'hidden',
            overflowWrap: 'anywhere',
          }}
        >
          {reason.message.replace(/`/g, '')}
        </Box>
      </Box>
      <Box sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>
        <RelativeTime at={decision.decidedAt} />
      </Box>
    </Box>
  );
}
