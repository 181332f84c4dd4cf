/**
 * Splits off the rows at the top that the reader has not seen yet. While they
 * read further down, these wait behind a button instead of pushing the text
 * away. Rows further below (loaded on demand) are never held back.
 */
export function splitUnseen<T>(
  items: readonly T[],
  seen: ReadonlySet<string>,
  idOf: (item: T) => string,
): { unseen: T[]; shown: T[] } {
  if (seen.size === 0) return { unseen: [], shown: [...items] };
  const first = items.findIndex(item => seen.has(idOf(item)));
  if (first <= 0) return { unseen: [], shown: [...items] };
  return { unseen: items.slice(0, first), shown: items.slice(first) };
}
