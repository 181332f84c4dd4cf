import {
  RecentMap,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';

const REMEMBERED = 1_000;

/** Reads definitions of revisions, whether active or not. A revision never changes, so recent ones are remembered. */
export function createSensorReader(
  knex: Knex,
): (sensor: string, revision: number) => Promise<Sensor | undefined> {
  const recent = new RecentMap<Promise<Sensor | undefined>>(REMEMBERED);
  return (sensor, revision) => {
    const key = `${sensor} ${revision}`;
    const forget = () => recent.delete(key);
    return recent.get(key, () => {
      const reading = readSensorRevision(knex, sensor, revision);
      reading.then(found => found ?? forget(), forget);
      return reading;
    });
  };
}

/** As {@link createSensorReader}, once. */
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
