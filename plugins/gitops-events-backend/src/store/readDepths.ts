import type { Knex } from 'knex';

/** Depths of the events among these uids that are kept. */
export async function readDepths(
  knex: Knex,
  uids: string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await knex('events')
    .whereIn('uid', [...new Set(uids)])
    .select('uid', 'depth');
  return new Map(rows.map(({ uid, depth }) => [uid, depth]));
}
