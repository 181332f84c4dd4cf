import DoneIcon from '@mui/icons-material/VerifiedOutlined';
import { ActionButton } from '../feedback/ActionButton';
import { EmptyState } from '../feedback/EmptyState';

/** Nothing is held: what would be, and that this is good. */
export function QuarantineEmpty(props: {
  filtered: boolean;
  onClear: () => void;
}) {
  if (props.filtered) {
    return (
      <EmptyState
        title="Nothing held matches these filters"
        action={
          <ActionButton variant="outlined" onClick={props.onClear}>
            Clear the filters
          </ActionButton>
        }
      >
        Something else may still be held.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Nothing is held back"
      icon={<DoneIcon sx={{ fontSize: 40 }} />}
    >
      A run that policy denies, whose template fails, or whose outcome is not
      known waits here with its reason until a person releases or discards it.
      Until then nothing of it is written.
    </EmptyState>
  );
}
