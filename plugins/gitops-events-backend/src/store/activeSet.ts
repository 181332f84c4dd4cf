import { whyUnreadable } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { ActiveSensor } from '../sandbox';
import { isPostgres, nowSql } from './clock';
import type { NewerRevisions, WhyUnreadable } from './newerRevisions';

/** The sensors that decide, the same for all replicas. */
export interface ActiveSet {
  /** Counted up by every change to it. */
  generation: number;
  sensors: ActiveSensor[];
  /** Names of those that a person paused. */
  paused: ReadonlySet<string>;
}

/** The active set as it is stored; who cannot read all of it must not decide. */
export interface StoredSet extends ActiveSet {
  newer: NewerRevisions['found'];
}

/** One statement, so that generation and sensors belong together. */
export async function readActiveSet(
  knex: Knex,
  why: WhyUnreadable = whyUnreadable,
): Promise<StoredSet> {
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
      'sensor_revisions.format',
    );
  const active = rows
    .filter(({ definition }) => definition !== null)
    .map(row => ({ ...row, definition: JSON.parse(row.definition) }));
  return {
    generation: Number(rows[0].generation),
    sensors: active.map(({ name, revision, definition }) => ({
      name,
      revision,
      definition,
    })),
    newer: active.flatMap(({ name, format, definition }) => {
      const unread = why(format, definition);
      return unread === undefined ? [] : [{ sensor: name, why: unread }];
    }),
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
