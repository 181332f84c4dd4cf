import type { Knex } from 'knex';

/** How many keys a sensor remembers; stops counting behind `atMost`. */
export async function countKeys(
  knex: Knex,
  sensor: string,
  atMost: number,
): Promise<number> {
  const keys = knex('sensor_state')
    .where({ sensor })
    .select('sensor')
    .limit(atMost);
  const row = await knex.count({ keys: '*' }).from(keys.as('some')).first();
  return Number(row!.keys);
}
