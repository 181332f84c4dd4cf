/** A page as the API answers it. */
export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

/**
 * Puts a fresh first page before what was loaded earlier. What the fresh page
 * covers is taken from it alone, so what is gone there is gone; what lies
 * behind its last row stays. Where nothing of the fresh page is known any
 * more, rows between the two may be missing, so the fresh page stands alone.
 */
export function mergeFirstPage<T>(
  known: Page<T>,
  fresh: Page<T>,
  idOf: (item: T) => string,
): Page<T> {
  if (fresh.nextCursor === undefined) return fresh;
  const freshIds = new Set(fresh.items.map(idOf));
  let covered = -1;
  known.items.forEach((item, index) => {
    if (freshIds.has(idOf(item))) covered = index;
  });
  if (covered < 0) return fresh;
  const older = known.items.slice(covered + 1);
  return older.length === 0
    ? fresh
    : { items: [...fresh.items, ...older], nextCursor: known.nextCursor };
}

/** Adds the next page; a row that moved meanwhile appears once. */
export function appendPage<T>(
  known: Page<T>,
  next: Page<T>,
  idOf: (item: T) => string,
): Page<T> {
  const ids = new Set(known.items.map(idOf));
  return {
    items: [...known.items, ...next.items.filter(item => !ids.has(idOf(item)))],
    nextCursor: next.nextCursor,
  };
}
