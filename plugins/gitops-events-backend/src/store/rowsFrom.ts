import type { Knex } from 'knex';
import { isPostgres } from './clock';
import { prepared } from './prepared';

type ColumnType = 'text' | 'bigint' | 'boolean';

/**
 * SQL for a table `v` of the rows in one parameter (JSON), so that many rows
 * are written by one statement whose text is always the same.
 */
export function rowsFrom(
  knex: Knex,
  columns: Record<string, ColumnType>,
): string {
  const names = Object.keys(columns);
  if (isPostgres(knex)) {
    const typed = names.map(name => `"${name}" ${columns[name]}`);
    return `json_to_recordset(?::json) as v(${typed.join(', ')})`;
  }
  const values = names.map(name => `value->>'${name}' as "${name}"`);
  return `(select ${values.join(', ')} from json_each(?)) as v`;
}

/** Runs such a statement, of that name; returns what it returns. */
export async function withRows(
  tx: Knex,
  name: string,
  sql: string,
  rows: object[],
): Promise<Array<Record<string, any>>> {
  if (rows.length === 0) return [];
  return prepared(tx, name, sql, [JSON.stringify(rows)]);
}
