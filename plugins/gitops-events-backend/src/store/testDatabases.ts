import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Only tests import this file.
// eslint-disable-next-line @backstage/no-undeclared-imports
import { TestDatabases } from '@backstage/backend-test-utils';
import knexFactory, { type Knex } from 'knex';
import { openDatabase, type Database } from './database';

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
  /** A second set of connections to the same database, as another replica has. */
  again(database: Pick<Database, 'knex'>): Knex;
} {
  const id = postgresId();
  const servers = TestDatabases.create({ ids: id ? [id] : [] });
  const cleanups: Array<() => Promise<unknown>> = [];
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  const empty = async (kind: DatabaseKind) => {
    if (kind === 'postgres') {
      if (!id) {
        throw new Error(
          'There is no PostgreSQL for this test: start it with "npm test".',
        );
      }
      return servers.init(id);
    }
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
    empty,
    open: async kind => {
      const knex = await empty(kind);
      const database = await openDatabase({
        database: { getClient: async () => knex },
        durability: 'disk',
      });
      cleanups.push(() => database.close());
      return database;
    },
    again: database => {
      const { client, connection } = database.knex.client.config;
      const knex = knexFactory({
        client,
        connection,
        pool: { min: 0, max: 5 },
        useNullAsDefault: client !== 'pg',
      });
      cleanups.push(() => knex.destroy());
      return knex;
    },
  };
}

function postgresId(): 'POSTGRES_18' | 'POSTGRES_17' | undefined {
  return (['POSTGRES_18', 'POSTGRES_17'] as const).find(
    name =>
      process.env[
        `BACKSTAGE_TEST_DATABASE_${name.replace('_', '')}_CONNECTION_STRING`
      ],
  );
}
