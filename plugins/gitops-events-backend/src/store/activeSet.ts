import type { Knex } from 'knex';
import type { ActiveSensor } from '../sandbox';
import { isPostgres, nowSql } from './clock';

/** The sensors that decide, the same for all replicas. */
export interface ActiveSet {
  /** Counted up by every change to it. */
  generation: number;
  sensors: ActiveSensor[];
  /** Names of those that a person paused. */
  paused: ReadonlySet<string>;
}

/** One statement, so that generation and sensors belong together. */
export async function readActiveSet(knex: Knex): Promise<ActiveSet> {
  const rows = await knex('active_set')
    .leftJoin('sensors', join =>
      join.onVal('sensors.present', true).onNotNull('sensors.revision'),
    )
    .leftJoin('sensor_revisions', join =>
      join
        .on('sensor_revisions.sensor', 'sensors.name')
        .andOn('sensor_revisions.revision', 'sensors.revision'),
    )
    .where('active_set.id', 1)
    .orderBy('sensors.name')
    .select(
      'active_set.generation',
      'sensors.name',
      'sensors.paused',
      'sensors.revision',
      'sensor_revisions.definition',
    );
  const active = rows.filter(({ definition }) => definition !== null);
  return {
    generation: Number(rows[0].generation),
    sensors: active.map(({ name, revision, definition }) => ({
      name,
      revision,
      definition: JSON.parse(definition),
    })),
    paused: new Set(
      active.filter(({ paused }) => paused).map(({ name }) => name),
    ),
  };
}

/** The generation that counts now, and the present time in milliseconds. */
export async function readGeneration(
  knex: Knex,
): Promise<{ generation: number; now: number }> {
  const row = await knex('active_set')
    .where({ id: 1 })
    .first('generation', knex.raw(`${nowSql(knex)} as now`));
  return { generation: Number(row.generation), now: Number(row.now) };
}

/**
 * Lets one transaction at a time change the active set.
 *
 * @returns its generation
 */
export async function lockActiveSet(tx: Knex): Promise<number> {
  const row = await tx('active_set')
    .where({ id: 1 })
    .modify(query => {
      if (isPostgres(tx)) query.forUpdate();
    })
    .first('generation');
  return Number(row.generation);
}

/** Another one after each write to a sensor, and to the active set. */
export async function sensorsMark(knex: Knex): Promise<string> {
  const { generation, versions } = await knex('active_set')
    .where({ id: 1 })
    .first(
      'generation',
      knex('sensors').sum('version').as('versions') as Knex.QueryBuilder,
    );
  return `${generation} ${versions}`;
}

/** Tells all replicas that the active set is another one from now on; call it under the lock. */
export async function bumpGeneration(tx: Knex, locked: number): Promise<void> {
  await tx('active_set')
    .where({ id: 1 })
    .update({ generation: locked + 1 });
}
