import DoneIcon from '@mui/icons-material/VerifiedOutlined';
import { ActionButton } from '../../feedback/ActionButton';
import { EmptyState } from '../../feedback/EmptyState';

/** No message waits: which would, and that this is good. */
export function MessagesEmpty(props: { source: string; onClear: () => void }) {
  const { source, onClear } = props;
  return (
    <EmptyState
      title={
        source ? `No message of ${source} waits` : 'No refused message waits'
      }
      icon={<DoneIcon sx={{ fontSize: 40 }} />}
      action={
        source && (
          <ActionButton variant="outlined" onClick={onClear}>
            Clear the filter
          </ActionButton>
        )
      }
    >
      When an event source brings a message that is no event, or one that its
      ingress does not take, it waits here with its reason until somebody
      retries or discards it. The messages around it go on meanwhile.
    </EmptyState>
  );
}
