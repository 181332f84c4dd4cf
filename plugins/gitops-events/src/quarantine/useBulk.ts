import { useCallback, useState } from 'react';
import { runBulk, type BulkOutcome } from './runBulk';

/** A bulk decision under way: what each item came to, and whether it is over. */
export function useBulk<T extends { id: string }>(
  act: (
    item: T,
    comment: string | undefined,
    confirmOlder: boolean,
  ) => Promise<unknown>,
  onChanged: () => void,
  atOnce?: number,
) {
  const [state, setState] = useState<'asking' | 'working' | 'done'>('asking');
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, BulkOutcome>>(
    new Map(),
  );
  const start = useCallback(
    async (
      items: readonly T[],
      comment: string | undefined,
      confirmOlder = false,
    ) => {
      setState('working');
      setOutcomes(old => without(old, items));
      await runBulk({
        items,
        idOf: item => item.id,
        act: async item => {
          await act(item, comment, confirmOlder);
        },
        onOutcome: (id, outcome) =>
          setOutcomes(old => new Map(old).set(id, outcome)),
        atOnce,
      });
      setState('done');
      onChanged();
    },
    [act, onChanged, atOnce],
  );
  return { state, outcomes, start };
}

/** What is tried again has no outcome for now. */
function without(
  outcomes: ReadonlyMap<string, BulkOutcome>,
  items: readonly { id: string }[],
): ReadonlyMap<string, BulkOutcome> {
  const rest = new Map(outcomes);
  for (const { id } of items) rest.delete(id);
  return rest;
}
