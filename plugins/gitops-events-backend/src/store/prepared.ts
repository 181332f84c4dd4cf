import type { Knex } from 'knex';
import { isPostgres } from './clock';

/** Configurations of clients, which their transactions share, whose connections a pooler hands around. */
const pooled = new WeakSet<object>();

/**
 * Notes that there is a pooler before PostgreSQL. In transaction mode each
 * transaction may meet another server process: one that does not know a
 * prepared statement, or knows another one by its name.
 */
export function withoutPrepared(knex: Knex): void {
  pooled.add(knex.client.config);
}

/**
 * Runs a statement that is planned once a connection, where connections are
 * our own; for those between an event and its first step. The text of a name
 * must never change, and it names the columns that it reads: what `*` stands
 * for changes while a newer replica adds one, and PostgreSQL then refuses the
 * statement on each connection that prepared it.
 */
export async function prepared(
  tx: Knex,
  name: string,
  sql: string,
  bindings: Knex.RawBinding[],
): Promise<Array<Record<string, any>>> {
  if (!isPostgres(tx)) return tx.raw(sql, bindings);
  const query = tx.raw(sql, bindings);
  const { rows } = await (pooled.has(tx.client.config)
    ? query
    : query.options({ name }));
  return rows;
}
