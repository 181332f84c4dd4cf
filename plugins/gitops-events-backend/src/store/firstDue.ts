import type { Knex } from 'knex';
import { isPostgres } from './clock';
import { IN_TURN, SUSPECT } from './runRow';

/** How many due runs of a sensor one turn looks at, however many there are. */
export const LOOK_AT = 500;

/**
 * SQL for the runs of a sensor that are due the longest, without suspects, one parameter: how
 * many at most. The time is asked once: a clock that moves could not be looked
 * up in an index.
 *
 * @param sensor - SQL for its name
 */
export function firstDue(knex: Knex, sensor: string): string {
  const now = isPostgres(knex)
    ? '(select (extract(epoch from clock_timestamp()) * 1000)::bigint)'
    : Date.now();
  return `
    select r.seq, r.due_at, r.lane, r.blocks_lane from runs r
    where ${IN_TURN} and not ${SUSPECT} and r.sensor = ${sensor} and r.due_at <= ${now}
    order by r.due_at, r.seq
    limit ?`;
}
