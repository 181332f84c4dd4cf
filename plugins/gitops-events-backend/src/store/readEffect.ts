import type { Knex } from 'knex';
import { effectOf, type Effect } from './effectRow';

export async function readEffect(
  knex: Knex,
  effectId: string,
): Promise<Effect | undefined> {
  const row = await knex('effects').where({ effect_id: effectId }).first();
  return row && effectOf(row);
}
