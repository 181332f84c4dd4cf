import type { Knex } from 'knex';

/** By change key, the place in order of the newest run whose value was merged or is on its way. */
export async function newestValues(
  knex: Knex,
  changeKeys: string[],
): Promise<Map<string, number>> {
  const newest = new Map<string, number>();
  for (let start = 0; start < changeKeys.length; start += 500) {
    const rows: any[] = await knex('effects as e')
      .join('changes as c', 'c.id', 'e.change_id')
      .whereIn('e.change_key', changeKeys.slice(start, start + 500))
      .where('e.state', 'member')
      .where(query => query.whereNull('c.end').orWhere('c.end', 'merged'))
      .groupBy('e.change_key')
      .select('e.change_key')
      .max({ run_seq: 'e.run_seq' });
    for (const row of rows) newest.set(row.change_key, Number(row.run_seq));
  }
  return newest;
}
