import type { Knex } from 'knex';
import { isPostgres } from './clock';

/**
 * Runs a statement that is planned once a connection; for those between an
 * event and its first step. The text of a name must never change.
 */
export async function prepared(
  tx: Knex,
  name: string,
  sql: string,
  bindings: Knex.RawBinding[],
): Promise<Array<Record<string, any>>> {
  if (!isPostgres(tx)) return tx.raw(sql, bindings);
  const { rows } = await tx.raw(sql, bindings).options({ name });
  return rows;
}
