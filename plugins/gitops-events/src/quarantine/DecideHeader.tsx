import { ActionButton } from '../feedback/ActionButton';
import { WaitingHeader } from './WaitingHeader';

/** How much waits and since when, and the two decisions for what is selected. */
export function DecideHeader<Verb extends string>(props: {
  title: string;
  /** When each began to wait; undefined until it is known. */
  since: readonly string[] | undefined;
  more: boolean;
  selected: number;
  /** Why this person may not decide at all. */
  notAllowed?: string;
  /** Lets what is selected go on. */
  goOn: { verb: Verb; label: string };
  onAsk: (verb: Verb | 'discard') => void;
}) {
  const { title, since, more, selected, notAllowed, goOn, onAsk } = props;
  const reason =
    notAllowed ??
    (selected === 0 &&
      'Select what to decide first, with its box or the key x.');
  const labelOf = (verb: string) =>
    selected > 0 ? `${verb} ${selected}…` : `${verb}…`;
  return (
    <WaitingHeader
      title={title}
      count={since?.length}
      more={more}
      oldest={since && [...since].sort()[0]}
    >
      <ActionButton
        variant="outlined"
        reason={reason}
        onClick={() => onAsk(goOn.verb)}
      >
        {labelOf(goOn.label)}
      </ActionButton>
      <ActionButton
        variant="outlined"
        color="error"
        reason={reason}
        onClick={() => onAsk('discard')}
      >
        {labelOf('Discard')}
      </ActionButton>
    </WaitingHeader>
  );
}
