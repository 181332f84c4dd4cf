import type { Knex } from 'knex';
import { chunks } from './chunks';
import { effectOf, type Effect } from './effectRow';

/** Members of changes, in the order of their runs. */
export async function readMembers(
  knex: Knex,
  ...changeIds: string[]
): Promise<Effect[]> {
  const members: Effect[] = [];
  for (const some of chunks(changeIds)) {
    const rows = await knex('effects')
      .whereIn('change_id', some)
      .where({ state: 'member' })
      .orderBy('run_seq');
    members.push(...rows.map(effectOf));
  }
  return members;
}
