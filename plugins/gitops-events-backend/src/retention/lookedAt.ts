import type { Place, Taken } from './sweep';

/** What is to be done with a row: it may go, is asked again in the next sweep, or is no matter of this part. */
export type Fate = 'goes' | 'stays for now' | 'is left';

/**
 * Sums a batch up.
 *
 * @param more - whether rows behind the last one may be due
 */
export function lookedAt<T extends Place>(
  rows: T[],
  options: { after: Place; more: boolean; fateOf(row: T): Fate },
): { going: T[]; taken: Taken } {
  const going: T[] = [];
  let kept: Place | undefined;
  let before = options.after;
  for (const row of rows) {
    const fate = options.fateOf(row);
    if (fate === 'goes') going.push(row);
    if (fate === 'stays for now') kept ??= before;
    before = { at: row.at, seq: row.seq };
  }
  return {
    going,
    taken: {
      last: rows.length > 0 ? before : undefined,
      kept,
      more: options.more,
      erased: going.length,
    },
  };
}
