import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

/**
 * Filters that live in the address, so that a view can be shared and Back
 * returns to the one before. Absent and empty are the same.
 */
export function useUrlFilters<Name extends string>(
  names: readonly Name[],
): {
  filters: Record<Name, string>;
  /** `typing` replaces the address instead of adding a step to go back to. */
  setFilter: (name: Name, value: string, how?: 'typing') => void;
  /** Several at once: one step to go back to. */
  setFilters: (values: Partial<Record<Name, string>>) => void;
  clear: () => void;
  active: boolean;
} {
  const [params, setParams] = useSearchParams();
  const text = names.map(name => params.get(name) ?? '').join('\n');
  const filters = useMemo(() => {
    const values = text.split('\n');
    return Object.fromEntries(
      names.map((name, index) => [name, values[index]]),
    ) as Record<Name, string>;
    // Names are a constant of the page.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);

  const setFilter = useCallback(
    (name: Name, value: string, how?: 'typing') =>
      setParams(old => changed(old, { [name]: value }), {
        replace: how === 'typing',
      }),
    [setParams],
  );
  const setFilters = useCallback(
    (values: Partial<Record<Name, string>>) =>
      setParams(old => changed(old, values)),
    [setParams],
  );
  const clear = useCallback(
    () =>
      setParams(old => {
        const next = new URLSearchParams(old);
        for (const name of names) next.delete(name);
        return next;
      }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [setParams],
  );
  return { filters, setFilter, setFilters, clear, active: text.trim() !== '' };
}

function changed(
  old: URLSearchParams,
  values: Record<string, string | undefined>,
): URLSearchParams {
  const next = new URLSearchParams(old);
  for (const [name, value] of Object.entries(values)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  return next;
}
