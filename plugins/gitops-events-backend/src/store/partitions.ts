import type { Knex } from 'knex';
import { isPostgres } from './clock';

/** Partitions that hold events: one index probe each, however many events they hold. */
export async function storedPartitions(knex: Knex): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const last = found[found.length - 1];
    const row = await knex('events')
      .modify(query => {
        if (last !== undefined) query.where('partition', '>', last);
      })
      .min({ partition: 'partition' })
      .first();
    if (!row?.partition) return found;
    found.push(row.partition);
  }
}

/** These, and those that were read and hold nothing any more. */
export async function knownPartitions(knex: Knex): Promise<string[]> {
  const read: string[] = await knex('positions').pluck('partition');
  return [...new Set([...(await storedPartitions(knex)), ...read])].sort();
}

/** Accepted times of the oldest and newest event that a partition still holds. */
export async function partitionBounds(
  knex: Knex,
  partition: string,
): Promise<{ oldestAcceptedAt?: number; newestAcceptedAt?: number }> {
  // The order of the partition's index.
  const column = isPostgres(knex) ? 'xid' : 'seq';
  const end = async (direction: 'asc' | 'desc') => {
    const row = await knex('events')
      .where({ partition })
      .orderBy(column, direction)
      .first('accepted_at');
    return row && Number(row.accepted_at);
  };
  const [oldestAcceptedAt, newestAcceptedAt] = [
    await end('asc'),
    await end('desc'),
  ];
  return { oldestAcceptedAt, newestAcceptedAt };
}
