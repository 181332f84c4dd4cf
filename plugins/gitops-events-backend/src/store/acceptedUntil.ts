import type { Knex } from 'knex';
import { isPostgres } from './clock';

/**
 * Until when everything that was accepted can be read: whoever still writes
 * events began later. An event has its accepted time a moment before others see
 * it, and that moment is as long as the writer's transaction.
 *
 * @param now - by the database's clock, asked before; milliseconds since the epoch
 */
export async function acceptedUntil(knex: Knex, now: number): Promise<number> {
  // One process, and one writer at a time.
  if (!isPostgres(knex)) return now;
  // A writer whose beginning is not shown to us may have begun at any time.
  const { rows } = await knex.raw(`
    select floor(extract(epoch from
      min(coalesce(activity.xact_start, to_timestamp(0)))) * 1000)::bigint as at
    from pg_locks as locks
    join pg_stat_activity as activity using (pid)
    where locks.locktype = 'relation'
      and locks.database = (select oid from pg_database where datname = current_database())
      and locks.relation = 'events'::regclass
      and locks.mode = 'RowExclusiveLock'`);
  const [{ at }] = rows;
  return at === null ? now : Math.min(now, Number(at));
}
