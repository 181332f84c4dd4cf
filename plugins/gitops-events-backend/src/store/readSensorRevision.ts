import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';

/** The definition of a revision, whether it is active or not. */
export async function readSensorRevision(
  knex: Knex,
  sensor: string,
  revision: number,
): Promise<Sensor | undefined> {
  const row = await knex('sensor_revisions')
    .where({ sensor, revision })
    .first('definition');
  return row && JSON.parse(row.definition);
}
