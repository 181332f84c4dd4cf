import { countInWords } from '@gitops-events/plugin-gitops-events-common';
import type { BulkWords } from '../bulkWords';

export type MessageVerb = 'retry' | 'discard';

/** Of a decision over these messages. */
export function messageWords(
  verb: MessageVerb,
  items: readonly { source: string }[],
): BulkWords {
  const count = items.length;
  const messages = countInWords(count, 'message');
  const sources = new Set(items.map(({ source }) => source)).size;
  const of =
    sources === 1 ? `of source ${items[0]?.source}` : `of ${sources} sources`;
  const one = count === 1;
  if (verb === 'retry') {
    return {
      title: `Retry ${messages}?`,
      verb: one ? 'Retry' : `Retry ${count}`,
      done: 'taken in',
      effect: `${messages} ${of} ${one ? 'is' : 'are'} read again with the present configuration, so mend the map or the ingress first. ${one ? 'If it is an event now, it is taken in' : 'Those that are events now are taken in'}, behind what came since; ${one ? 'else it stays' : 'the others stay'} here with ${one ? 'its' : 'their'} reason.`,
    };
  }
  return {
    title: `Discard ${messages}?`,
    verb: one ? 'Discard' : `Discard ${count}`,
    done: 'discarded',
    effect: `${messages} ${of} ${one ? 'is' : 'are'} given up: ${one ? 'it becomes no event, and its text is' : 'they become no events, and their texts are'} deleted here for good. Nothing is deleted at the other side.`,
  };
}
