import type { Knex } from 'knex';

/** How many messages of event sources wait for a person, and since when the first of them does. */
export async function readRefusedWaiting(
  knex: Knex,
): Promise<{ count: number; oldestAt?: string }> {
  const row: any = await knex('refused_messages')
    .count('* as count')
    .min('at as oldest')
    .first();
  return {
    count: Number(row.count),
    ...(row.oldest !== null && {
      oldestAt: new Date(Number(row.oldest)).toISOString(),
    }),
  };
}
