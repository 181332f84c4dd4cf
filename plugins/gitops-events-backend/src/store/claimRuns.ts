import type { Knex } from 'knex';
import { byIndex } from './byIndex';
import { isPostgres, nowSql } from './clock';
import { firstDue, LOOK_AT } from './firstDue';
import { prepared } from './prepared';
import {
  IN_TURN,
  laneAllows,
  runColumns,
  runOf,
  SUSPECT,
  type Run,
} from './runRow';

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

/** SQL with two parameters: the replica, and for how long in milliseconds. */
function claim(knex: Knex): string {
  const now = nowSql(knex);
  return `update runs set state = 'running', topic = null, claimed_by = ?, due_at = ${now} + ?,
    started_at = coalesce(started_at, ${now}),
    step_started_at = coalesce(step_started_at, ${now}),
    attempt = attempt + 1, version = version + 1`;
}

/**
 * Takes runs of sensors, up to `take` of each, that are due and that their lane
 * allows: no earlier run of the lane still blocks it. A claim is a `due_at`
 * ahead: when its holder dies, the run is due again by itself. Suspects are left
 * to {@link claimSuspect}.
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
  const which = [JSON.stringify(wanted), lookAt];
  const rows = await prepared(
    knex,
    'claim_runs',
    `${claim(knex)}
     where ${isPostgres(knex) ? dueOnPostgres(knex) : dueOnSqlite(knex)}
     returning ${runColumns}`,
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

/**
 * Takes the one that is due the longest of the runs that may be what kills
 * their replicas, whichever sensor it is of: {@link SUSPECT}.
 */
export async function claimSuspect(
  knex: Knex,
  { replica, claimMs }: { replica: string; claimMs: number },
): Promise<Run | undefined> {
  const [row] = await prepared(
    knex,
    'claim_suspect',
    `${claim(knex)}
     where seq = (
       select r.seq from runs r ${byIndex(knex, 'runs_suspects')}
       where ${SUSPECT} and ${IN_TURN} and r.due_at <= ${nowSql(knex)} and ${laneAllows('r')}
       order by r.due_at limit 1 ${isPostgres(knex) ? 'for update skip locked' : ''})
     returning ${runColumns}`,
    [replica, claimMs],
  );
  return row && runOf(row);
}
