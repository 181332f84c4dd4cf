import type { ProblemMark } from '@gitops-events/plugin-gitops-events-common';
import {
  sensorFormat,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';

export interface ActiveRevision {
  revision: number;
  digest: string;
  definition: Sensor;
  /** The `sensorFormat` of the engine that wrote it. */
  format: number;
}

/** A sensor as the loader sees it: what was read, and what is active of it. */
export interface SensorRow {
  name: string;
  /** Where it was read from. */
  location: string;
  /** Of the newest text. */
  problems: ProblemMark[];
  /** Whether its document is still there. */
  present: boolean;
  active: ActiveRevision | undefined;
  /** The highest revision there ever was; 0 before the first. */
  newestRevision: number;
  title: string;
  owner: string;
  /** The newest text, when that is refused. */
  refusedYaml: string | undefined;
}

export async function readSensorRows(knex: Knex): Promise<SensorRow[]> {
  const newest = knex('sensor_revisions')
    .groupBy('sensor')
    .select('sensor')
    .max({ newest: 'revision' })
    .as('newest');
  const rows = await knex('sensors')
    .leftJoin(newest, 'newest.sensor', 'sensors.name')
    .leftJoin('sensor_revisions as active', join =>
      join
        .on('active.sensor', 'sensors.name')
        .andOn('active.revision', 'sensors.revision'),
    )
    .orderBy('sensors.name')
    .select('sensors.*', 'newest.newest')
    .select('active.digest', 'active.definition', 'active.format');
  return rows.map(row => ({
    name: row.name,
    location: row.location,
    problems: JSON.parse(row.problems),
    present: Boolean(row.present),
    active:
      row.definition === null
        ? undefined
        : {
            revision: row.revision,
            digest: row.digest,
            definition: JSON.parse(row.definition),
            format: row.format,
          },
    newestRevision: Number(row.newest ?? 0),
    title: row.title,
    owner: row.owner,
    refusedYaml: row.refused_yaml ?? undefined,
  }));
}

export async function writeSensorRow(
  tx: Knex,
  row: SensorRow,
  now: number,
): Promise<void> {
  const values = {
    revision: row.active?.revision ?? null,
    present: row.present,
    title: row.title,
    owner: row.owner,
    location: row.location,
    problems: JSON.stringify(row.problems),
    refused_yaml: row.refusedYaml ?? null,
    updated_at: now,
  };
  const updated = await tx('sensors')
    .where({ name: row.name })
    .update({ ...values, version: tx.raw('version + 1') });
  if (updated === 0) {
    await tx('sensors').insert({
      name: row.name,
      version: 1,
      paused: false,
      ...values,
    });
  }
}

export async function insertRevision(
  tx: Knex,
  what: {
    sensor: string;
    revision: number;
    digest: string;
    yaml: string;
    definition: Sensor;
    now: number;
  },
): Promise<void> {
  const { definition, now, ...rest } = what;
  await tx('sensor_revisions').insert({
    ...rest,
    definition: JSON.stringify(definition),
    format: sensorFormat,
    created_at: now,
  });
}
