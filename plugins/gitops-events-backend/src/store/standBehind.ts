import type { Knex } from 'knex';
import { isPostgres } from './clock';
import { firstDue, LOOK_AT } from './firstDue';
import { prepared } from './prepared';
import { firstOfLane } from './runRow';

/**
 * Who leaves a lane takes its own row, then lets the next one go. That row is
 * held here, so it happens before or after, never in between. What is locked
 * is passed over: nobody waits.
 */
function inTheWayOnPostgres(knex: Knex): string {
  return `
    seq = any(array(select r.seq
    from json_to_recordset(?::json) as v(sensor text)
    cross join lateral (
      select due.*, count(*) over () as many
      from (${firstDue(knex, 'v.sensor')}) due) first
    cross join lateral (
      ${firstOfLane('first')} for update skip locked) ahead
    cross join lateral (
      select r.seq from runs r where r.seq = first.seq for update skip locked) r
    where first.many >= ? and first.blocks_lane and ahead.seq < first.seq))`;
}

function inTheWayOnSqlite(knex: Knex): string {
  return `
    seq in (select due.value
    from json_each(?) v, json_each((
      select case when count(*) >= ? then
        json_group_array(first.seq)
          filter (where first.blocks_lane and first.seq > (${firstOfLane('first')})) end
      from (${firstDue(knex, "v.value->>'sensor'")}) first)) due)`;
}

/**
 * Of sensors that have more runs due than one turn looks at: marks those of the
 * first ones that stand behind another one of their lane, so that the next turn
 * sees past them. See ADR 0021.
 *
 * @param lookAt - how many due runs of a sensor are many
 * @returns how many it marked
 */
export async function standBehind(
  knex: Knex,
  sensors: string[],
  lookAt = LOOK_AT,
): Promise<number> {
  if (sensors.length === 0) return 0;
  const rows = await prepared(
    knex,
    'stand_behind',
    `update runs set behind = true
     where ${isPostgres(knex) ? inTheWayOnPostgres(knex) : inTheWayOnSqlite(knex)}
     returning seq`,
    [JSON.stringify(sensors.map(sensor => ({ sensor }))), lookAt, lookAt],
  );
  return rows.length;
}
