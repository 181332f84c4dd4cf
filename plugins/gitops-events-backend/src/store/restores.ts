import type { Knex } from 'knex';
import { nowSql } from './clock';

/** The database came from a backup. */
export interface Restore {
  id: number;
  /** Milliseconds since the epoch, by the database's clock. */
  at: number;
}

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

function restoreOf({ id, at }: Record<string, unknown>): Restore {
  return { id: Number(id), at: Number(at) };
}
