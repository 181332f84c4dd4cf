import type { Knex } from 'knex';
import type { DueSensor } from '../pipeline/fairShares';
import { byIndex } from './byIndex';
import { nowSql } from './clock';
import { prepared } from './prepared';
import { IN_TURN } from './runRow';

/**
 * Sensors that have runs due, with their first one: an index is asked once or
 * twice a sensor, however many runs each has. Looks at up to `limit` sensors
 * that have runs under way, by name.
 *
 * @param after - the name to go on from; the empty text begins at the first
 * @returns also where to go on, unless these were the last
 */
export async function dueSensors(
  knex: Knex,
  { after, limit }: { after: string; limit: number },
): Promise<{ due: DueSensor[]; next?: string }> {
  const runs = `runs r ${byIndex(knex, 'runs_due')}`;
  const first = (column: string) =>
    `(select r.${column} from ${runs} where ${IN_TURN} and r.sensor = live.sensor
      order by r.due_at, r.seq limit 1)`;
  const following = (name: string) =>
    `(select r.sensor from ${runs} where ${IN_TURN} and r.sensor > ${name}
      order by r.sensor, r.due_at limit 1)`;
  const rows = await prepared(
    knex,
    'due_sensors',
    `with recursive live(sensor) as (
       select ${following('?')}
       union all
       select ${following('live.sensor')} from live where live.sensor is not null)
     select sensor, ${first('due_at')} as due_at, ${first('priority')} as priority,
       ${nowSql(knex)} as now
     from live where sensor is not null limit ?`,
    [after, limit],
  );
  const due = rows
    .filter(row => Number(row.due_at) <= Number(row.now))
    .map(row => ({
      sensor: row.sensor,
      dueAt: Number(row.due_at),
      priority: row.priority,
    }));
  return { due, next: rows.length === limit ? rows.at(-1)!.sensor : undefined };
}
