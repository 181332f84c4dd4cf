import type { Knex } from 'knex';
import { chunks } from './chunks';

/** By change key, the place in order of the newest run whose value was merged or is on its way. */
export function newestValues(
  knex: Knex,
  changeKeys: string[],
): Promise<Map<string, number>> {
  return newest(knex, changeKeys, query =>
    query.where(change => change.whereNull('c.end').orWhere('c.end', 'merged')),
  );
}

/** By change key, the place in order of the newest run whose value was merged by another change than this. */
export function newestMerged(
  knex: Knex,
  changeKeys: string[],
  changeId: string,
): Promise<Map<string, number>> {
  return newest(knex, changeKeys, query =>
    query.where('c.end', 'merged').whereNot('c.id', changeId),
  );
}

async function newest(
  knex: Knex,
  changeKeys: string[],
  which: (query: Knex.QueryBuilder) => void,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const some of chunks([...new Set(changeKeys)])) {
    const rows: any[] = await knex('effects as e')
      .join('changes as c', 'c.id', 'e.change_id')
      .whereIn('e.change_key', some)
      .where('e.state', 'member')
      .modify(which)
      .groupBy('e.change_key')
      .select('e.change_key')
      .max({ run_seq: 'e.run_seq' });
    for (const row of rows) found.set(row.change_key, Number(row.run_seq));
  }
  return found;
}
