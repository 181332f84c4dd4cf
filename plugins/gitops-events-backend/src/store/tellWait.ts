import type { Knex } from 'knex';
import type { NoRoom } from './takeUnits';
import type { PendingBase } from './readPending';

/** Waits that differ by less are the same; milliseconds. */
const SAME_MS = 1_000;

/**
 * Writes down which limit the pending runs of a base wait for.
 *
 * @returns whether that is news
 */
export async function tellWait(
  knex: Knex,
  { repository, base }: PendingBase,
  { limit, until }: NoRoom,
): Promise<boolean> {
  const key = { repository, base };
  await knex('bases')
    .insert({ ...key, version: 0, sealed_at: 0, gap_ms: 0 })
    .onConflict(['repository', 'base'])
    .ignore();
  const row = await knex('bases').where(key).first('waits_for');
  const told = row?.waits_for && JSON.parse(row.waits_for);
  if (told?.limit === limit && Math.abs(told.until - until) < SAME_MS) {
    return false;
  }
  await knex('bases')
    .where(key)
    .update({ waits_for: JSON.stringify({ limit, until }) });
  return true;
}
