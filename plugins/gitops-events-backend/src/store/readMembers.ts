import type { Knex } from 'knex';
import { effectOf, type Effect } from './effectRow';

/** Members of a change, in the order of their runs. */
export async function readMembers(
  knex: Knex,
  changeId: string,
): Promise<Effect[]> {
  const rows = await knex('effects')
    .where({ change_id: changeId, state: 'member' })
    .orderBy('run_seq');
  return rows.map(effectOf);
}
