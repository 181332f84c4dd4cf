import DoneIcon from '@mui/icons-material/VerifiedOutlined';
import { ActionButton } from '../../feedback/ActionButton';
import { EmptyState } from '../../feedback/EmptyState';

/** No message waits: which would, and that this is good. */
export function MessagesEmpty(props: { source: string; onClear: () => void }) {
  const { source, onClear } = props;
  return (
    <EmptyState
      title={
        source ? `No message of ${source} waits` : 'No message was refused'
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
      A message of an event source that is no event its ingress takes waits here
      with its reason, until a person retries or discards it. Those around it go
      on meanwhile.
    </EmptyState>
  );
}
