import type { Knex } from 'knex';
import { nowSql } from './clock';

/** The database came from a backup. */
export interface Restore {
  id: number;
  /** Milliseconds since the epoch, by the database's clock. */
  at: number;
}

/** So long after a restore what it may have left behind is looked for in repositories that the database did not know. */
const COUNTS_MS = 30 * 86_400_000;

/**
 * Notes that the database came from a backup.
 *
 * @param mark - by what it was seen; the same is seen again by each replica, and at the next start
 * @returns undefined where that was noted before
 */
export async function insertRestore(
  tx: Knex,
  mark: string,
): Promise<Restore | undefined> {
  const [row] = await tx('restores')
    .insert({ mark, at: tx.raw(nowSql(tx)) })
    .onConflict('mark')
    .ignore()
    .returning(['id', 'at']);
  return row && restoreOf(row);
}

/** The last one; undefined where there was none. */
export async function readRestore(knex: Knex): Promise<Restore | undefined> {
  const row = await knex('restores').orderBy('id', 'desc').first('id', 'at');
  return row && restoreOf(row);
}

/** Whether it is too long ago to matter where nobody of ours had written by then. */
export async function isLongAgo(knex: Knex, { id }: Restore): Promise<boolean> {
  const row = await knex('restores')
    .where({ id })
    .whereRaw(`at < ${nowSql(knex)} - ?`, [COUNTS_MS])
    .first('id');
  return row !== undefined;
}

function restoreOf({ id, at }: Record<string, unknown>): Restore {
  return { id: Number(id), at: Number(at) };
}
