import type { Knex } from 'knex';
import { isPostgres } from './clock';
import { prepared } from './prepared';

/** So long a transaction may stand still, where others wait for what it holds. */
const STANDSTILL = '5s';

/** {@link endStandstill} as an expression within a statement of PostgreSQL; it has a value. */
export const endsStandstill = `set_config('idle_in_transaction_session_timeout', '${STANDSTILL}', true)`;

/**
 * Has PostgreSQL end a transaction whose replica stands still in it, so that
 * others pass it by: a machine that sleeps, or whose network is gone. To be called
 * before it locks anything. SQLite serves one process.
 */
export async function endStandstill(tx: Knex): Promise<void> {
  if (!isPostgres(tx)) return;
  await prepared(tx, 'end_standstill', `select ${endsStandstill}`, []);
}

/** All of it or nothing, and nobody waits for long for a replica that stands still in it. */
export function inTransaction<T>(
  knex: Knex,
  work: (tx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return knex.transaction(async tx => {
    await endStandstill(tx);
    return work(tx);
  });
}
