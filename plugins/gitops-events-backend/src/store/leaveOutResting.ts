import type { Knex } from 'knex';
import { isPostgres } from './clock';

/** Narrows a query of effects `e` to those whose change key is none of these. */
export function leaveOutResting(
  query: Knex.QueryBuilder,
  knex: Knex,
  resting: readonly string[],
): void {
  if (resting.length === 0) return;
  const keys = isPostgres(knex)
    ? 'select json_array_elements_text(?::json)'
    : 'select value from json_each(?)';
  query.whereRaw(`e.change_key not in (${keys})`, [JSON.stringify(resting)]);
}
