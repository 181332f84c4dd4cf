import type { Knex } from 'knex';

/** Runs that a change carries, in their order. */
export async function memberRunIds(
  knex: Knex,
  changeId: string,
): Promise<string[]> {
  return knex('effects')
    .where({ change_id: changeId, state: 'member' })
    .orderBy('run_seq')
    .pluck('run_id');
}
