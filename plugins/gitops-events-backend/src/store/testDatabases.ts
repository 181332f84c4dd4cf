import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knexFactory, { type Knex } from 'knex';
import { openDatabase, type Database } from './database';
import { testPostgres } from './testPostgres';

/** Names for `describe.each`: a real SQLite file and a real PostgreSQL. */
export const databaseKinds = ['sqlite', 'postgres'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/**
 * Databases for tests. Call at the top of a test file; each `open` gives a
 * fresh, migrated one, and all are removed after the file's tests.
 */
export function testDatabases(): {
  open(kind: DatabaseKind): Promise<Database>;
  /** Without migrations: another database of the same server. */
  empty(kind: DatabaseKind): Promise<Knex>;
  /**
   * A second set of connections to the same database, as another replica has;
   * by default 5. On PostgreSQL they are told by their name.
   */
  again(
    database: Pick<Database, 'knex'>,
    options?: { connections?: number; name?: string },
  ): Knex;
} {
  const postgres = testPostgres();
  const cleanups: Array<() => Promise<unknown>> = [() => postgres.stop()];
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }, 60_000);

  const sqlite = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gitops-events-store-'));
    cleanups.push(() => rm(folder, { recursive: true, force: true }));
    const knex = knexFactory({
      client: 'better-sqlite3',
      connection: { filename: join(folder, 'plugin.sqlite') },
      useNullAsDefault: true,
    });
    cleanups.push(() => knex.destroy());
    return knex;
  };

  return {
    empty: kind =>
      kind === 'postgres' ? postgres.create({ migrated: false }) : sqlite(),
    open: async kind => {
      const knex =
        kind === 'postgres'
          ? await postgres.create({ migrated: true })
          : await sqlite();
      const database = await openDatabase({
        database: { getClient: async () => knex },
        durability: 'disk',
      });
      cleanups.push(() => database.close());
      return database;
    },
    again: (database, { connections = 5, name } = {}) => {
      const { client, connection } = database.knex.client.config;
      // Knex hides the password from whoever lists the fields.
      const { password } = connection;
      const knex = knexFactory({
        client,
        connection:
          name === undefined
            ? connection
            : { ...connection, password, application_name: name },
        pool: { min: 0, max: connections },
        useNullAsDefault: client !== 'pg',
      });
      cleanups.push(() => knex.destroy());
      return knex;
    },
  };
}
