import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knexFactory, { type Knex } from 'knex';
import { startTypescript } from '../git/__testUtils__/typescriptProcess';
import { openDatabase } from './database';
import { databaseKinds, testDatabases } from './testDatabases';

const databases = testDatabases();

describe.each(databaseKinds)('the plugin database on %s', kind => {
  it('is migrated and on disk', async () => {
    const database = await databases.open(kind);
    expect(database).toMatchObject({ kind, durability: 'disk' });
    expect(await database.knex('events')).toEqual([]);
  });

  it('fails with its statement, and not with the values of it', async () => {
    const { knex } = await databases.open(kind);
    const failed = knex('nothing').where({ payload: 'of somebody' });
    await expect(failed).rejects.toMatchObject({
      message: expect.not.stringContaining('of somebody'),
    });
  });

  it('can be opened again after it was closed', async () => {
    const knex = await databases.empty(kind);
    for (let time = 0; time < 2; time++) {
      const database = await openDatabase({
        database: { getClient: async () => knex },
        durability: 'disk',
      });
      expect(database.kind).toBe(kind);
      await database.close();
    }
  });
});

describe('a SQLite file', () => {
  let folder: string;
  const opened: Knex[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gitops-events-database-'));
  });
  afterEach(async () => {
    for (const knex of opened.splice(0)) await knex.destroy();
    await rm(folder, { recursive: true });
  });

  const connect = (filename = join(folder, 'plugin.sqlite')) => {
    const knex = knexFactory({
      client: 'better-sqlite3',
      connection: { filename },
      useNullAsDefault: true,
      log: { warn: () => {} },
    });
    opened.push(knex);
    return knex;
  };
  const open = (knex: Knex, options = {}) =>
    openDatabase({
      database: { getClient: async () => knex },
      durability: 'disk',
      patienceMs: 0,
      ...options,
    });
  const settings = async (knex: Knex) => {
    const [{ journal_mode: journal }] = await knex.raw('PRAGMA journal_mode');
    const [{ synchronous }] = await knex.raw('PRAGMA synchronous');
    return [journal, synchronous];
  };

  it('is synced at each commit, also by connections made later and when it is reopened', async () => {
    for (let time = 0; time < 2; time++) {
      const knex = connect();
      const database = await open(knex);
      expect(await settings(knex)).toEqual(['wal', 2]);
      const { pool } = knex.client;
      const connection = await knex.client.acquireConnection();
      connection.pragma('synchronous = OFF');
      connection.__knex__disposed = 'lost';
      await knex.client.releaseConnection(connection);
      expect(pool.numUsed()).toBe(0);
      expect(await settings(knex)).toEqual(['wal', 2]);
      await database.close();
      await knex.destroy();
    }
  });

  it('serves one process, and says so to a second', async () => {
    const database = await open(connect());
    await expect(open(connect())).rejects.toThrow(
      /Another process uses .*plugin\.sqlite\. SQLite serves one process: stop the other one/,
    );
    await database.close();
    const next = await open(connect());
    await next.close();
  });

  it('is free again however the process before ended', async () => {
    const script = join(__dirname, '__testUtils__/ownDatabase.ts');
    const file = join(folder, 'plugin.sqlite');
    const child = await new Promise<ChildProcess>(done => {
      const started = startTypescript(script, [file], () => done(started));
    });
    await expect(open(connect())).rejects.toMatchObject({
      name: 'ConflictError',
    });
    const waiting = open(connect(), { patienceMs: 20_000 });
    child.kill('SIGKILL');
    await (await waiting).close();
  }, 60_000);

  it('in memory is refused, unless that is configured', async () => {
    await expect(open(connect(':memory:'))).rejects.toThrow(
      /in memory.*gitopsEvents\.durability: relaxed/,
    );
    const database = await open(connect(':memory:'), {
      durability: 'relaxed',
    });
    expect(database.durability).toBe('relaxed');
  });
});

it('on postgres that does not sync is refused, unless that is configured', async () => {
  const knex = await databases.empty('postgres');
  const [{ current_database: name }] = (
    await knex.raw('select current_database()')
  ).rows;
  await knex.raw('alter database ?? set synchronous_commit = off', [name]);
  const open = (durability: 'disk' | 'relaxed') =>
    openDatabase({
      database: { getClient: async () => databases.again({ knex }) },
      durability,
    });
  await expect(open('disk')).rejects.toThrow(/synchronous_commit=off/);
  expect((await open('relaxed')).durability).toBe('relaxed');
});
