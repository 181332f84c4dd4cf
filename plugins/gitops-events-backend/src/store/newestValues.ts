import type { Knex } from 'knex';
import type { ValueAge } from '../change/valueAge';
import { chunks } from './chunks';

/** By change key, the newest of each generation. What takes a run back is no newer value: where it holds none, it gives way to all. */
export type NewestValues = ReadonlyMap<string, ValueAge[]>;

/** What was merged or is in a change on its way. */
export function newestValues(
  knex: Knex,
  changeKeys: string[],
): Promise<NewestValues> {
  return newest(knex, changeKeys, query =>
    query
      .where('e.state', 'member')
      .where(mergedOrOpen)
      .whereNotExists(revertOf(knex)),
  );
}

/** As {@link newestValues}, with what waits to join a change. */
export function newestAsked(
  knex: Knex,
  changeKeys: string[],
): Promise<NewestValues> {
  return newest(knex, changeKeys, query =>
    query.whereIn('e.state', ['pending', 'member']).where(mergedOrOpen),
  );
}

/** What another change than this one merged. */
export function newestMerged(
  knex: Knex,
  changeKeys: string[],
  changeId: string,
): Promise<NewestValues> {
  return newest(knex, changeKeys, query =>
    query
      .where({ 'e.state': 'member', 'c.end': 'merged' })
      .whereNot('c.id', changeId)
      .whereNotExists(revertOf(knex)),
  );
}

function revertOf(knex: Knex): Knex.QueryBuilder {
  return knex('reverts')
    .select(knex.raw('1'))
    .whereRaw('reverts.run_id = e.run_id');
}

function mergedOrOpen(query: Knex.QueryBuilder): void {
  query.whereNull('c.end').orWhere('c.end', 'merged');
}

async function newest(
  knex: Knex,
  changeKeys: string[],
  which: (query: Knex.QueryBuilder) => void,
): Promise<Map<string, ValueAge[]>> {
  const found = new Map<string, ValueAge[]>();
  for (const some of chunks([...new Set(changeKeys)])) {
    const rows: any[] = await knex('effects as e')
      .leftJoin('changes as c', 'c.id', 'e.change_id')
      .whereIn('e.change_key', some)
      .modify(which)
      .groupBy('e.change_key', 'e.generation')
      .select('e.change_key', 'e.generation')
      .max({
        run_seq: 'e.run_seq',
        as_of: knex.raw('coalesce(e.as_of, e.created_at)'),
      });
    for (const row of rows) {
      const age = {
        generation: row.generation,
        runSeq: Number(row.run_seq),
        asOf: Number(row.as_of),
      };
      found.set(row.change_key, [...(found.get(row.change_key) ?? []), age]);
    }
  }
  return found;
}
