import type { Knex } from 'knex';
import { isPostgres, nowSql } from './clock';
import { prepared } from './prepared';
import { runOf, type Run } from './runRow';

/**
 * Takes up to `limit` runs that are due and that their lane allows: no earlier
 * run of the lane still blocks it. A claim is a `due_at` ahead: when its holder
 * dies, the run is due again by itself.
 */
export async function claimRuns(
  knex: Knex,
  options: {
    replica: string;
    limit: number;
    claimMs: number;
  },
): Promise<Run[]> {
  const now = nowSql(knex);
  const skipLocked = isPostgres(knex) ? 'for update of r skip locked' : '';
  const rows = await prepared(
    knex,
    'claim_runs',
    `update runs set state = 'running', topic = null, claimed_by = ?, due_at = ${now} + ?,
       started_at = coalesce(started_at, ${now}),
       step_started_at = coalesce(step_started_at, ${now}),
       attempt = attempt + 1, version = version + 1
     where seq in (
       select r.seq from runs r
       where r.state in ('queued', 'waiting', 'running') and r.due_at <= ${now}
         and (not r.blocks_lane or not exists (
           select 1 from runs e
           where e.lane = r.lane and e.seq < r.seq and e.blocks_lane))
       order by r.due_at, r.seq
       limit ? ${skipLocked})
     returning *`,
    [options.replica, options.claimMs, options.limit],
  );
  return rows.map(runOf).sort((a, b) => a.seq - b.seq);
}
