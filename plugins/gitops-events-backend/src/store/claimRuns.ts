import type { Knex } from 'knex';
import { isPostgres, nowSql } from './clock';
import { firstDue, LOOK_AT } from './firstDue';
import { prepared } from './prepared';
import { IN_TURN, laneAllows, runOf, type Run } from './runRow';

/**
 * What is locked is asked again whether it is due, since another replica may
 * have taken it meanwhile. An array, since the planner would read all runs to
 * join a set.
 */
function dueOnPostgres(knex: Knex): string {
  return `
    seq = any(array(select due.seq
    from json_to_recordset(?::json) as v(sensor text, take int)
    cross join lateral (
      select r.seq from (${firstDue(knex, 'v.sensor')}) first
      join runs r on r.seq = first.seq and r.due_at = first.due_at
      where ${IN_TURN} and ${laneAllows('r')}
      order by first.due_at, first.seq
      limit v.take
      for update of r skip locked) due))`;
}

/** SQLite has no lateral join, and a limit there names no column. */
function dueOnSqlite(knex: Knex): string {
  return `
    seq in (select due.value
    from json_each(?) v, json_each((
      select json_group_array(first.seq) from (
        select one.seq from (${firstDue(knex, "v.value->>'sensor'")}) one
        where ${laneAllows('one')}
        order by one.due_at, one.seq
        limit ?) first)) due
    where due.key < v.value->>'take')`;
}

/**
 * Takes runs of sensors, up to `take` of each, that are due and that their lane
 * allows: no earlier run of the lane still blocks it. A claim is a `due_at`
 * ahead: when its holder dies, the run is due again by itself.
 *
 * @param lookAt - due runs of each that are looked at; those that stand in the
 * way of others behind them are a matter of `standBehind`
 */
export async function claimRuns(
  knex: Knex,
  options: {
    replica: string;
    claimMs: number;
    wanted: Array<{ sensor: string; take: number }>;
    lookAt?: number;
  },
): Promise<Run[]> {
  const { replica, claimMs, wanted, lookAt = LOOK_AT } = options;
  if (wanted.length === 0) return [];
  const now = nowSql(knex);
  const which = [JSON.stringify(wanted), lookAt];
  const rows = await prepared(
    knex,
    'claim_runs',
    `update runs set state = 'running', topic = null, claimed_by = ?, due_at = ${now} + ?,
       started_at = coalesce(started_at, ${now}),
       step_started_at = coalesce(step_started_at, ${now}),
       attempt = attempt + 1, version = version + 1
     where ${isPostgres(knex) ? dueOnPostgres(knex) : dueOnSqlite(knex)}
     returning *`,
    isPostgres(knex)
      ? [replica, claimMs, ...which]
      : [
          replica,
          claimMs,
          ...which,
          Math.max(...wanted.map(({ take }) => take)),
        ],
  );
  return rows.map(runOf).sort((a, b) => a.seq - b.seq);
}
