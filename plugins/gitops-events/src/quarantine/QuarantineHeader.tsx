import type { HeldView } from '@gitops-events/plugin-gitops-events-common';
import { ActionButton } from '../feedback/ActionButton';
import type { BulkVerb } from './bulkWords';
import { WaitingHeader } from './WaitingHeader';

/** How much is held and since when, and the two decisions for what is selected. */
export function QuarantineHeader(props: {
  items: readonly HeldView[] | undefined;
  more: boolean;
  selected: number;
  onAsk: (verb: BulkVerb) => void;
}) {
  const { items, more, selected, onAsk } = props;
  const reason =
    selected === 0 && 'Select what to decide first, with its box or the key x.';
  return (
    <WaitingHeader
      title="Quarantine"
      count={items?.length}
      more={more}
      oldest={items?.map(item => item.heldAt).sort()[0]}
    >
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
    </WaitingHeader>
  );
}
