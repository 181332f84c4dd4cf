import type { Knex } from 'knex';
import { InputError } from '@backstage/errors';
import { escapeLike } from '../store/escapeLike';

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Where the next page starts; absent on the last one. */
  nextCursor?: string;
}

/**
 * A page looks at no more than this many rows, however few of them its filters
 * let through: it is then short, and its cursor goes on from there.
 */
export const maxScannedRows = 20_000;

/** Related rows (runs, timeline lines) read for one page at most. */
export const maxRelatedRows = 10_000;

/** The positions in a list that a cursor stands for. */
export function writeCursor(...positions: number[]): string {
  return Buffer.from(positions.join('.')).toString('base64url');
}

/** @throws InputError for what {@link writeCursor} did not make. */
export function readCursor(
  cursor: string | undefined,
  count: number,
): number[] | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const positions = text.split('.').map(Number);
  const valid =
    /^[0-9.]+$/.test(text) &&
    positions.length === count &&
    positions.every(Number.isSafeInteger);
  if (!valid) {
    throw new InputError(
      'The cursor is not one of ours. Take nextCursor of the page before, or leave it out to start again.',
    );
  }
  return positions;
}

/**
 * Reads one page of a table whose rows are numbered by `seq`, newest first.
 * New rows only come before the first page, so pages neither repeat nor skip.
 *
 * @param options.rows - the table narrowed by an index that ends in `seq`
 * @param options.filter - what no index serves
 * @returns the numbers on this page, and the one below which to go on
 */
export async function readSeqPage(options: {
  rows(): Knex.QueryBuilder;
  /** Such as `events.seq`. */
  column: string;
  cursor: string | undefined;
  limit: number;
  filter?(query: Knex.QueryBuilder): void;
}): Promise<Page<number>> {
  const { column, limit } = options;
  const [before] = readCursor(options.cursor, 1) ?? [];
  const rows = () =>
    options.rows().modify(query => {
      if (before !== undefined) query.where(column, '<', before);
      query.orderBy(column, 'desc');
    });

  const floorRow = await rows()
    .clone()
    .offset(maxScannedRows - 1)
    .limit(1)
    .first(`${column} as seq`);
  const found = await rows()
    .select(`${column} as seq`)
    .modify(query => {
      if (floorRow) query.where(column, '>=', floorRow.seq);
      if (options.filter) query.where(inner => options.filter!(inner));
    })
    .limit(limit + 1);

  const items = found.map((row: { seq: unknown }) => Number(row.seq));
  if (items.length > limit) {
    items.pop();
    return { items, nextCursor: writeCursor(items[items.length - 1]) };
  }
  return floorRow
    ? { items, nextCursor: writeCursor(Number(floorRow.seq)) }
    : { items };
}

/** Adds `column contains text`, letter case aside. */
export function orContains(
  query: Knex.QueryBuilder,
  column: string,
  text: string,
): void {
  query.orWhereRaw(`lower(${column}) like ? escape '\\'`, [
    `%${escapeLike(text.toLowerCase())}%`,
  ]);
}
