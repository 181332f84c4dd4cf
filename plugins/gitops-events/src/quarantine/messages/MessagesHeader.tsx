import type { RefusedMessageView } from '@gitops-events/plugin-gitops-events-common';
import { ActionButton } from '../../feedback/ActionButton';
import { WaitingHeader } from '../WaitingHeader';
import type { MessageVerb } from './messageWords';

/** How many messages wait and since when, and the two decisions for what is selected. */
export function MessagesHeader(props: {
  items: readonly RefusedMessageView[] | undefined;
  more: boolean;
  selected: number;
  notAllowed: string | undefined;
  onAsk: (verb: MessageVerb) => void;
}) {
  const { items, more, selected, notAllowed, onAsk } = props;
  const reason =
    notAllowed ??
    (selected === 0 &&
      'Select what to decide first, with its box or the key x.');
  return (
    <WaitingHeader
      title="Refused messages"
      count={items?.length}
      more={more}
      oldest={items?.map(({ at }) => at).sort()[0]}
    >
      <ActionButton
        variant="outlined"
        reason={reason}
        onClick={() => onAsk('retry')}
      >
        {selected > 0 ? `Retry ${selected}…` : 'Retry…'}
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
