import type { Knex } from 'knex';

/**
 * Adds `or` a row exists that `rows` describes. Not as `exists`: under an `or`
 * PostgreSQL may answer that by hashing the whole inner table; a scalar
 * subquery it looks up by index, row by row.
 */
export function orAnyRow(
  query: Knex.QueryBuilder,
  rows: (subquery: Knex.QueryBuilder) => void,
): void {
  query.orWhereRaw('? is not null', [
    ((subquery: Knex.QueryBuilder) => rows(subquery.limit(1))) as never,
  ]);
}
