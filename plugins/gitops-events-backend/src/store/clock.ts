import type { Knex } from 'knex';

export function isPostgres(knex: Knex): boolean {
  return knex.client.config.client !== 'better-sqlite3';
}

/**
 * SQL for the present time in milliseconds. Replicas share the database's
 * clock; SQLite has one process and takes that one's.
 */
export function nowSql(knex: Knex): string {
  return isPostgres(knex)
    ? '(extract(epoch from clock_timestamp()) * 1000)::bigint'
    : String(Date.now());
}
