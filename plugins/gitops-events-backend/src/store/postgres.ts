import type { Knex } from 'knex';
import type { OpenedDatabase } from './database';
import { withoutPrepared } from './prepared';

/** Asks the server whether a commit is on disk when it says so. */
export async function openPostgres(knex: Knex): Promise<OpenedDatabase> {
  const { rows } = await knex.raw(
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
  );
  const { fsync, commit } = rows[0];
  const synced = fsync === 'on' && commit !== 'off';
  if (await isPooled(knex)) withoutPrepared(knex);
  return {
    kind: 'postgres',
    durability: synced ? 'disk' : 'relaxed',
    lasts: true,
    why: `PostgreSQL has fsync=${fsync} and synchronous_commit=${commit}.`,
    advice: 'Set both to on.',
    close: async () => {},
  };
}

/** Names the database cluster: transaction ids and snapshots are its own. */
export async function systemIdentifier(knex: Knex): Promise<string> {
  const { rows } = await knex.raw(
    'select system_identifier::text as system from pg_control_system()',
  );
  return rows[0].system;
}

/**
 * Whether a pooler such as PgBouncer stands in between: who connects is told
 * the number of a process that is not the one which answers.
 */
async function isPooled(knex: Knex): Promise<boolean> {
  const connection = await knex.client.acquireConnection();
  try {
    const { rows } = await connection.query('select pg_backend_pid() as pid');
    return rows[0].pid !== connection.processID;
  } finally {
    await knex.client.releaseConnection(connection);
  }
}
