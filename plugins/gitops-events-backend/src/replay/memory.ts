import {
  SimulatedMemory,
  stateRefsOf,
  stateRefsOfTimer,
  type Evaluation,
  type Sensor,
  type SensorTimer,
  type StateRef,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { chunks } from '../store/chunks';

/** Timers that fire in one page. */
export const maxTimers = 1_000;

/** Those of a replay that are due by then, earliest first. */
export async function readDueTimers(
  knex: Knex,
  what: { id: string; sensor: string; until: number },
): Promise<SensorTimer[]> {
  const rows = await knex('replay_timers')
    .where({ replay_id: what.id })
    .andWhere('due_at', '<=', what.until)
    .orderBy(['due_at', 'kind', 'key'])
    .limit(maxTimers);
  return rows.map(({ kind, key, due_at: dueAt }) => ({
    sensor: what.sensor,
    kind,
    key,
    dueAt: Number(dueAt),
  }));
}

/** What the sensor remembers in a replay, as far as these evaluations and timers may ask for it. */
export async function readMemory(
  knex: Knex,
  what: {
    id: string;
    sensor: Sensor;
    evaluations: Evaluation[];
    timers: SensorTimer[];
  },
): Promise<SimulatedMemory> {
  const { id, sensor, evaluations, timers } = what;
  const { name } = sensor.metadata;
  const refs = [
    ...evaluations.flatMap(evaluation => stateRefsOf(sensor, evaluation)),
    ...timers.flatMap(timer => stateRefsOfTimer(sensor, timer)),
  ];
  const values = [];
  for (const some of chunks(distinct(refs))) {
    const rows = await rowsOf(knex, 'replay_state', id, some);
    for (const { kind, key, value } of rows) {
      values.push({ sensor: name, kind, key, value: JSON.parse(value) });
    }
  }
  return new SimulatedMemory({ values, timers });
}

/** Keeps what changed. `fetched`: the timers that the memory began with; those that fired are gone. */
export async function writeMemory(
  tx: Knex,
  id: string,
  memory: SimulatedMemory,
  fetched: SensorTimer[],
): Promise<void> {
  const changes = memory.changes();
  const kept = changes.filter(({ value }) => value !== undefined);
  for (const some of chunks(kept)) {
    const rows = some.map(({ kind, key, value }) => ({
      replay_id: id,
      kind,
      key,
      value: JSON.stringify(value),
    }));
    await tx('replay_state')
      .insert(rows)
      .onConflict(['replay_id', 'kind', 'key'])
      .merge(['value']);
  }
  const forgotten = changes.filter(({ value }) => value === undefined);
  for (const some of chunks(forgotten)) {
    await rowsOf(tx, 'replay_state', id, some).delete();
  }
  for (const some of chunks(fetched)) {
    await rowsOf(tx, 'replay_timers', id, some).delete();
  }
  for (const some of chunks(memory.pending())) {
    const rows = some.map(({ kind, key, dueAt }) => ({
      replay_id: id,
      kind,
      key,
      due_at: dueAt,
    }));
    await tx('replay_timers')
      .insert(rows)
      .onConflict(['replay_id', 'kind', 'key'])
      .merge(['due_at']);
  }
}

/** A replay that has ended remembers nothing. */
export async function forgetMemory(tx: Knex, id: string): Promise<void> {
  await tx('replay_state').where({ replay_id: id }).delete();
  await tx('replay_timers').where({ replay_id: id }).delete();
}

function rowsOf(
  knex: Knex,
  table: 'replay_state' | 'replay_timers',
  id: string,
  refs: StateRef[],
) {
  return knex(table)
    .where({ replay_id: id })
    .whereIn(
      ['kind', 'key'],
      refs.map(({ kind, key }) => [kind, key]),
    );
}

function distinct(refs: StateRef[]): StateRef[] {
  return [
    ...new Map(
      refs.map(ref => [JSON.stringify([ref.kind, ref.key]), ref]),
    ).values(),
  ];
}
