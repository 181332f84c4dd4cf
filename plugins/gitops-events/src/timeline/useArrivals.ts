import { useEffect, useRef } from 'react';

/** Tells which ids were not there when the list was first drawn: they came while somebody watched. */
export function useArrivals(ids: readonly string[]): (id: string) => boolean {
  const initial = useRef<ReadonlySet<string>>();
  useEffect(() => {
    initial.current ??= new Set(ids);
  });
  return id => initial.current !== undefined && !initial.current.has(id);
}
