import type { Knex } from 'knex';
import type { StateKey } from './sensorState';

/** Fires once, when all that was accepted before `dueAt` is decided. */
export interface TimerRow extends StateKey {
  partition: string;
  /** Milliseconds since the epoch. */
  dueAt: number;
}

/** Timers of a partition that are due by then, earliest first. */
export async function readDueTimers(
  tx: Knex,
  options: { partition: string; until: number; limit: number },
): Promise<TimerRow[]> {
  const rows = await tx('timers')
    .where({ partition: options.partition })
    .andWhere('due_at', '<=', options.until)
    .orderBy(['due_at', 'sensor', 'kind', 'key'])
    .limit(options.limit);
  return rows.map(({ partition, sensor, kind, key, due_at: dueAt }) => ({
    partition,
    sensor,
    kind,
    key,
    dueAt: Number(dueAt),
  }));
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

/** Sets timers; one of the same sensor, kind and key is replaced. */
export async function setTimers(tx: Knex, timers: TimerRow[]): Promise<void> {
  for (const { dueAt, ...timer } of timers) {
    await tx('timers')
      .insert({ ...timer, due_at: dueAt })
      .onConflict(['sensor', 'kind', 'key'])
      .merge(['partition', 'due_at']);
  }
}

/**
 * Takes timers away; call it under the locks of their state rows.
 *
 * @returns those that were still there as they were read, and so fire now
 */
export async function takeTimers(
  tx: Knex,
  timers: TimerRow[],
): Promise<TimerRow[]> {
  const taken: TimerRow[] = [];
  for (const timer of timers) {
    const { sensor, kind, key, partition, dueAt } = timer;
    const deleted = await tx('timers')
      .where({ sensor, kind, key, partition, due_at: dueAt })
      .delete();
    if (deleted === 1) taken.push(timer);
  }
  return taken;
}
