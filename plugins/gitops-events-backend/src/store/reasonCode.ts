import type { Knex } from 'knex';
import { isPostgres } from './clock';

/** SQL for the code within the column `reason`. */
export function reasonCode(knex: Knex, table: 'runs' | 'changes'): string {
  return isPostgres(knex)
    ? `${table}.reason::json->>'code'`
    : `json_extract(${table}.reason, '$.code')`;
}
