import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { HeldView } from '@gitops-events/plugin-gitops-events-common';
import { ActionButton } from '../feedback/ActionButton';
import { formatAgo } from '../time/formatAgo';
import { useNow } from '../time/useNow';
import type { BulkVerb } from './BulkDialog';

/** How much waits and since when, and the two decisions for what is selected. */
export function QuarantineHeader(props: {
  items: readonly HeldView[] | undefined;
  more: boolean;
  selected: number;
  onAsk: (verb: BulkVerb) => void;
}) {
  const { items, more, selected, onAsk } = props;
  const now = useNow();
  const oldest = items?.map(item => item.heldAt).sort()[0];
  const reason =
    selected === 0 && 'Select what to decide first, with its box or the key x.';
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        justifyContent: 'space-between',
        gap: 1.5,
        mb: 2,
      }}
    >
      <Typography
        component="h2"
        sx={{ fontSize: '1.125rem', fontWeight: 600, m: 0 }}
      >
        {items === undefined || items.length === 0
          ? 'Quarantine'
          : `${items.length}${more ? '+' : ''} waiting`}
        {oldest && (
          <Box
            component="span"
            sx={{ fontWeight: 400, color: 'text.secondary' }}
          >
            , oldest {formatAgo(oldest, now).replace(/ ago$/, '')}
          </Box>
        )}
      </Typography>
      {!!items?.length && (
        <Box sx={{ display: 'flex', gap: 1 }}>
          <ActionButton
            variant="outlined"
            reason={reason}
            onClick={() => onAsk('release')}
          >
            {selected > 0 ? `Release ${selected}…` : 'Release…'}
          </ActionButton>
          <ActionButton
            variant="outlined"
            color="error"
            reason={reason}
            onClick={() => onAsk('discard')}
          >
            {selected > 0 ? `Discard ${selected}…` : 'Discard…'}
          </ActionButton>
        </Box>
      )}
    </Box>
  );
}
