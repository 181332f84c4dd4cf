import { useCallback, useMemo, useState } from 'react';
import type { Cause } from './causes';

/** What is selected. What left the quarantine leaves the selection too. */
export function useSelection<T extends { id: string }>(
  causes: readonly Cause<T>[],
) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const selected = useMemo(
    () =>
      causes.flatMap(cause => cause.items.filter(item => chosen.has(item.id))),
    [causes, chosen],
  );
  const toggle = useCallback((cause: Cause<T>) => {
    setChosen(old => {
      const next = new Set(old);
      const all = cause.items.every(item => old.has(item.id));
      for (const item of cause.items) {
        if (all) next.delete(item.id);
        else next.add(item.id);
      }
      return next;
    });
  }, []);
  const replace = useCallback(
    (ids: readonly string[]) => setChosen(new Set(ids)),
    [],
  );
  const stateOf = useCallback(
    (cause: Cause<T>): 'none' | 'some' | 'all' => {
      const count = cause.items.filter(item => chosen.has(item.id)).length;
      if (count === 0) return 'none';
      return count === cause.items.length ? 'all' : 'some';
    },
    [chosen],
  );
  return { selected, toggle, replace, stateOf };
}
