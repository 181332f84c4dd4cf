import type { Knex } from 'knex';
import { isPostgres, nowSql } from './clock';
import { prepared } from './prepared';
import { LANE_ALLOWS, LIVE, runOf, type Run } from './runRow';

/**
 * The time is asked once: a clock that moves could not be looked up in an
 * index. An array, since the planner would read all runs to join a set.
 */
const dueOnPostgres = `
  seq = any(array(select due.seq
  from json_to_recordset(?::json) as v(sensor text, take int)
  cross join lateral (
    select r.seq from runs r
    where ${LIVE} and r.sensor = v.sensor
      and r.due_at <= (select (extract(epoch from clock_timestamp()) * 1000)::bigint)
      and ${LANE_ALLOWS}
    order by r.due_at, r.seq
    limit v.take
    for update of r skip locked) due))`;

/** SQLite has no lateral join, and a limit there names no column. */
function dueOnSqlite(): string {
  return `
    seq in (select due.value
    from json_each(?) v, json_each((
      select json_group_array(first.seq) from (
        select r.seq from runs r
        where ${LIVE} and r.sensor = v.value->>'sensor'
          and r.due_at <= ${Date.now()} and ${LANE_ALLOWS}
        order by r.due_at, r.seq
        limit ?) first)) due
    where due.key < v.value->>'take')`;
}

/**
 * Takes runs of sensors, up to `take` of each, that are due and that their lane
 * allows: no earlier run of the lane still blocks it. A claim is a `due_at`
 * ahead: when its holder dies, the run is due again by itself.
 */
export async function claimRuns(
  knex: Knex,
  options: {
    replica: string;
    claimMs: number;
    wanted: Array<{ sensor: string; take: number }>;
  },
): Promise<Run[]> {
  const { replica, claimMs, wanted } = options;
  if (wanted.length === 0) return [];
  const now = nowSql(knex);
  const rows = await prepared(
    knex,
    'claim_runs',
    `update runs set state = 'running', topic = null, claimed_by = ?, due_at = ${now} + ?,
       started_at = coalesce(started_at, ${now}),
       step_started_at = coalesce(step_started_at, ${now}),
       attempt = attempt + 1, version = version + 1
     where ${isPostgres(knex) ? dueOnPostgres : dueOnSqlite()}
     returning *`,
    isPostgres(knex)
      ? [replica, claimMs, JSON.stringify(wanted)]
      : [
          replica,
          claimMs,
          JSON.stringify(wanted),
          Math.max(...wanted.map(({ take }) => take)),
        ],
  );
  return rows.map(runOf).sort((a, b) => a.seq - b.seq);
}
