import {
  RecentMap,
  whyUnreadable,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { NewerRevisions, type WhyUnreadable } from './newerRevisions';

const REMEMBERED = 1_000;

/**
 * Reads definitions of revisions, whether active or not. A revision never
 * changes, so recent ones are remembered. What it returns throws
 * NewerRevisions for one that only a newer engine can read.
 */
export function createSensorReader(
  knex: Knex,
  why: WhyUnreadable = whyUnreadable,
): (sensor: string, revision: number) => Promise<Sensor | undefined> {
  const recent = new RecentMap<Promise<Sensor | undefined>>(REMEMBERED);
  return (sensor, revision) => {
    const key = `${sensor} ${revision}`;
    const forget = () => recent.delete(key);
    return recent.get(key, () => {
      const reading = readOurs(knex, why, sensor, revision);
      reading.then(found => found ?? forget(), forget);
      return reading;
    });
  };
}

async function readOurs(
  knex: Knex,
  why: WhyUnreadable,
  sensor: string,
  revision: number,
): Promise<Sensor | undefined> {
  const row = await readRow(knex, sensor, revision);
  if (!row) return undefined;
  const definition = JSON.parse(row.definition);
  const unread = why(row.format, definition);
  if (unread === undefined) return definition;
  throw new NewerRevisions([{ sensor, why: unread }]);
}

/** As {@link createSensorReader}, once, and whoever wrote it. */
export async function readSensorRevision(
  knex: Knex,
  sensor: string,
  revision: number,
): Promise<Sensor | undefined> {
  const row = await readRow(knex, sensor, revision);
  return row && JSON.parse(row.definition);
}

function readRow(knex: Knex, sensor: string, revision: number) {
  return knex('sensor_revisions')
    .where({ sensor, revision })
    .first('definition', 'format');
}
