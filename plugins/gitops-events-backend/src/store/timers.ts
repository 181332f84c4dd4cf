import type { Knex } from 'knex';
import { chunks } from './chunks';
import type { StateKey } from './sensorState';

/** Fires once, when all that was accepted before `dueAt` is decided. */
export interface TimerRow extends StateKey {
  partition: string;
  /** Milliseconds since the epoch. */
  dueAt: number;
}

const order = ['due_at', 'sensor', 'kind', 'key'];

/** Timers of a partition that are due by then, earliest first. */
export async function readDueTimers(
  tx: Knex,
  due: { partition: string; until: number; limit: number },
): Promise<TimerRow[]> {
  const rows = await dueTimers(tx, due).orderBy(order).limit(due.limit);
  return rows.map(timerOf);
}

/** Partitions that have a timer which is due by then. */
export async function partitionsWithDueTimers(
  knex: Knex,
  until: number,
): Promise<string[]> {
  const rows = await knex('timers')
    .where('due_at', '<=', until)
    .distinct('partition');
  return rows.map(({ partition }) => partition).sort();
}

/** Sets timers, each key once; one that is set already is replaced. */
export async function setTimers(tx: Knex, timers: TimerRow[]): Promise<void> {
  for (const some of chunks(timers)) {
    await tx('timers')
      .insert(some.map(({ dueAt, ...timer }) => ({ ...timer, due_at: dueAt })))
      .onConflict(['sensor', 'kind', 'key'])
      .merge(['partition', 'due_at']);
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
  due: { partition: string; until: number },
): Promise<TimerRow[]> {
  const taken: TimerRow[] = [];
  for (const some of chunks(timers)) {
    const still = () =>
      dueTimers(tx, due).whereIn(
        ['sensor', 'kind', 'key'],
        some.map(({ sensor, kind, key }) => [sensor, kind, key]),
      );
    const rows = await still();
    await still().delete();
    taken.push(...rows.map(timerOf));
  }
  return taken.sort((a, b) => a.dueAt - b.dueAt);
}

function dueTimers(
  tx: Knex,
  { partition, until }: { partition: string; until: number },
) {
  return tx('timers').where({ partition }).andWhere('due_at', '<=', until);
}

function timerOf(row: Record<string, any>): TimerRow {
  const { partition, sensor, kind, key, due_at: dueAt } = row;
  return { partition, sensor, kind, key, dueAt: Number(dueAt) };
}
