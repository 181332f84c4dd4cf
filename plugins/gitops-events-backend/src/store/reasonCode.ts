import type { Knex } from 'knex';
import { isPostgres } from './clock';

/** SQL for the code within the column `reason`. */
export function reasonCode(
  knex: Knex,
  table: 'runs' | 'changes' | 'decisions',
): string {
  return jsonText(knex, `${table}.reason`, ['code']);
}

/** SQL for a text within a column that holds JSON; `path` is ours, never a caller's. */
export function jsonText(
  knex: Knex,
  column: string,
  path: Array<string | number>,
): string {
  const steps = path.map(step =>
    typeof step === 'number' ? `[${step}]` : `.${step}`,
  );
  return isPostgres(knex)
    ? `${column}::json#>>'{${path.join(',')}}'`
    : `json_extract(${column}, '$${steps.join('')}')`;
}
