import type { Knex } from 'knex';
import { isPostgres } from './clock';

/**
 * SQL behind a table: the index to walk. SQLite has no statistics unless it is told
 * to make some, and may rather sort all that is open. PostgreSQL finds it itself.
 */
export function byIndex(knex: Knex, index: string): string {
  return isPostgres(knex) ? '' : `indexed by ${index}`;
}
