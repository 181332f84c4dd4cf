import type { Knex } from 'knex';

/** What holds PostgreSQL up now: who is in a transaction since when, and what each waits for. For people. */
export async function activity(knex: Knex): Promise<string[]> {
  const { rows } = await knex.raw(
    `select pid, state, wait_event_type, wait_event, pg_blocking_pids(pid) as blocked_by,
       round(extract(epoch from clock_timestamp() - xact_start)::numeric, 1) as seconds, left(query, 80) as query
     from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
     order by xact_start`,
  );
  return rows.map((row: Record<string, unknown>) => JSON.stringify(row));
}
