import type { StateKind } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { chunks } from './chunks';
import type { StateKey } from './sensorState';

/** Fires once, when all that was accepted before `dueAt` is decided. */
export interface TimerRow extends StateKey {
  /** Milliseconds since the epoch. */
  dueAt: number;
}

const order = ['due_at', 'kind', 'key'];

/** Sensors that have a timer which is due by then: an index is asked twice a sensor, however many marks each keeps. */
export async function sensorsWithDueTimers(
  knex: Knex,
  until: number,
): Promise<string[]> {
  const rows = await knex
    .withRecursive(
      'kept',
      knex.raw(`
        select min(sensor) as sensor from timers
        union all
        select (select min(t.sensor) from timers t where t.sensor > kept.sensor)
        from kept where kept.sensor is not null`),
    )
    .from('kept')
    .whereExists(
      knex('timers as t')
        .select(knex.raw('1'))
        .whereRaw('t.sensor = kept.sensor')
        .where('t.due_at', '<=', until),
    )
    .orderBy('sensor')
    .select('sensor');
  return rows.map(({ sensor }) => sensor);
}

/** When the next timer after `now` is due; undefined when there is none. */
export async function nextTimer(
  knex: Knex,
  now: number,
): Promise<number | undefined> {
  const row = await knex('timers')
    .where('due_at', '>', now)
    .orderBy('due_at')
    .first('due_at');
  return row && Number(row.due_at);
}

/** Timers of a sensor that are due by then, earliest first. */
export async function readDueTimers(
  tx: Knex,
  due: { sensor: string; until: number; limit: number },
): Promise<TimerRow[]> {
  const rows = await dueTimers(tx, due).orderBy(order).limit(due.limit);
  return rows.map(timerOf);
}

/** Sets timers, each key once; one that is set already is replaced. */
export async function setTimers(tx: Knex, timers: TimerRow[]): Promise<void> {
  for (const some of chunks(timers)) {
    await tx('timers')
      .insert(some.map(({ dueAt, ...timer }) => ({ ...timer, due_at: dueAt })))
      .onConflict(['sensor', 'kind', 'key'])
      .merge(['due_at']);
  }
}

/**
 * Takes away those of these timers that are still due; call it under the locks
 * of their state rows.
 *
 * @returns those that fire now, earliest first
 */
export async function takeTimers(
  tx: Knex,
  timers: TimerRow[],
  due: { sensor: string; until: number },
): Promise<TimerRow[]> {
  const taken: TimerRow[] = [];
  for (const some of chunks(timers)) {
    const still = () =>
      dueTimers(tx, due).whereIn(
        ['kind', 'key'],
        some.map(({ kind, key }) => [kind, key]),
      );
    const rows = await still();
    await still().delete();
    taken.push(...rows.map(timerOf));
  }
  return taken.sort((a, b) => a.dueAt - b.dueAt);
}

function dueTimers(
  tx: Knex,
  { sensor, until }: { sensor: string; until: number },
) {
  return tx('timers').where({ sensor }).andWhere('due_at', '<=', until);
}

function timerOf(row: Record<string, any>): TimerRow {
  const { sensor, kind, key, due_at: dueAt } = row;
  return { sensor, kind: kind as StateKind, key, dueAt: Number(dueAt) };
}
