import type { Knex } from 'knex';

/**
 * The newest run whose event was accepted after `acceptedAt` and whose value of
 * this change key was merged or is on its way: a replay of an older event would
 * overwrite it. Its place in order; undefined when there is none.
 */
export async function newerThanReplay(
  knex: Knex,
  what: { changeKey: string; acceptedAt: number; generation: number },
): Promise<number | undefined> {
  const row = await knex('effects as e')
    .join('runs as r', 'r.id', 'e.run_id')
    .join('events as v', 'v.uid', 'r.event_uid')
    .leftJoin('changes as c', 'c.id', 'e.change_id')
    .where('e.change_key', what.changeKey)
    .whereIn('e.state', ['pending', 'member'])
    .where(change => change.whereNull('c.end').orWhere('c.end', 'merged'))
    .where('v.accepted_at', '>', what.acceptedAt)
    .whereNot('r.generation', what.generation)
    .max({ seq: 'e.run_seq' })
    .first();
  return row?.seq === null || row?.seq === undefined
    ? undefined
    : Number(row.seq);
}
