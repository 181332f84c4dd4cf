import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import {
  AUDIT_STREAM,
  chainRowText,
} from '@gitops-events/plugin-gitops-events-common';
import knexFactory from 'knex';
import { git, temporaryFolder } from '../git/__testUtils__/gitCommand';
import { appendChain, verifyChain } from '../store/chain';
import { openDatabase, type Database } from '../store/database';
import { readStops } from '../store/stops';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { anchorHeads } from './anchorLoop';
import { anchorOf } from './anchorText';
import { AUDIT_REF, AuditRef } from './AuditRef';
import { readRecorded } from './recordAnchor';
import { stopWhereMissing } from './stopWhereMissing';
import { silentLogger } from '../__testUtils__/testLogger';

jest.setTimeout(60_000);

const minute = 60_000;
const author = { name: 'GitOps Events', email: 'gitops-events@localhost' };
const config = { everyMs: minute, rows: 3 };

describe.each(databaseKinds)('the audit ref on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let folder: string;
  let directory: string;
  let refs: AuditRef[];

  beforeEach(async () => {
    database = await databases.open(kind);
    folder = await temporaryFolder();
    directory = path.join(folder, 'audit.git');
    refs = [];
  });
  afterEach(async () => {
    for (const ref of refs) await ref.stop();
    await rm(folder, { recursive: true });
  });

  const open = async () => {
    const ref = await AuditRef.open({ directory, author });
    refs.push(ref);
    return ref;
  };
  const decide = (stream: string, count = 1) =>
    database.knex.transaction(async tx => {
      for (let n = 0; n < count; n += 1) {
        await appendChain(tx, stream, [{ what: 'run', run: `${n}` }], n);
      }
    });
  const anchors = async () => {
    const log = await git(directory, 'log', '--format=%B%x00', AUDIT_REF);
    const texts = log.split('\0').map(text => text.trim());
    return texts.filter(Boolean).map(anchorOf).reverse();
  };
  const recorded = async () =>
    (await database.knex('chain').where({ stream: AUDIT_STREAM }))
      .flatMap(row => JSON.parse(row.records))
      .map(({ anchor, commit }) => `${anchor} ${commit}`);

  it('is written when it is due: after a time, after many rows, and for news alone', async () => {
    const ref = await open();
    const write = (now: number) =>
      anchorHeads({ knex: database.knex, ref, config }, now);
    expect(await write(0)).toBeUndefined();
    await decide('runs');
    await decide('people');
    expect(await write(0)).toMatchObject({ anchor: 1 });
    expect(await write(10 * minute)).toBeUndefined();
    await decide('runs');
    expect(await write(minute - 1)).toBeUndefined();
    expect(await write(minute)).toMatchObject({ anchor: 2 });
    await decide('runs', 3);
    expect(await write(minute + 1)).toMatchObject({
      anchor: 3,
      heads: { runs: { number: 5 }, people: { number: 1 } },
    });

    const [, second, third] = await anchors();
    const row = await database
      .knex('chain')
      .where({ stream: 'runs', number: 5 })
      .first();
    expect(third.heads.runs.digest).toBe(row.digest);
    expect(second.heads.runs.number).toBe(2);
    expect(await git(directory, 'rev-list', '--count', AUDIT_REF)).toBe('3');
    expect(await recorded()).toHaveLength(3);
    expect(await git(directory, 'fsck', '--strict')).toBe('');
  });

  it('has one line, however many write at once', async () => {
    const writers = [await open(), await open(), await open()];
    const writeAll = (now: number) =>
      Promise.all(
        writers.map(ref =>
          anchorHeads({ knex: database.knex, ref, config }, now),
        ),
      );
    for (let round = 1; round <= 5; round += 1) {
      await decide('runs');
      await writeAll(round * minute);
    }
    expect((await anchors()).map(({ anchor }) => anchor)).toEqual([
      1, 2, 3, 4, 5,
    ]);
    const commits = (await git(directory, 'rev-list', '--reverse', AUDIT_REF))
      .split('\n')
      .map((commit, at) => `${at + 1} ${commit}`);
    expect(await recorded()).toEqual(commits);
    expect((await verifyChain(database.knex, AUDIT_STREAM)).broken).toBe(
      undefined,
    );
  });

  it('puts an anchor on record whose writer died in between', async () => {
    const dying = await open();
    await decide('runs');
    const heads = { runs: { number: 1, digest: 'd'.repeat(64) } };
    const at = new Date(0).toISOString();
    const anchor = await dying.add(undefined, { anchor: 1, at, heads });
    expect(await readRecorded(database.knex)).toBeUndefined();

    const ref = await open();
    await anchorHeads({ knex: database.knex, ref, config }, 1);
    expect(await recorded()).toEqual([`1 ${anchor!.commit}`]);
  });

  it('starts stopped where the database is older than the last anchor, and only there', async () => {
    const logger = silentLogger();
    const { knex } = database;
    const ref = await open();
    await decide('runs', 3);
    await anchorHeads({ knex, ref, config }, minute);
    await stopWhereMissing(database, ref, logger);
    expect(await readStops(knex)).toEqual([]);

    await knex('chain').where({ stream: 'runs', number: 3 }).delete();
    await stopWhereMissing(database, await open(), logger);
    expect(await readStops(knex)).toMatchObject([
      { scope: { kind: 'all' }, by: 'plugin:gitops-events' },
    ]);
  });

  it('does not stop where a database in memory begins anew', async () => {
    await decide('runs', 3);
    const { knex } = database;
    await anchorHeads({ knex, ref: await open(), config }, minute);

    const memory = knexFactory({
      client: 'better-sqlite3',
      connection: ':memory:',
      useNullAsDefault: true,
    });
    const inMemory = await openDatabase({
      database: { getClient: async () => memory },
      durability: 'relaxed',
    });
    const logger = silentLogger();
    await stopWhereMissing(inMemory, await open(), logger);
    expect(await readStops(inMemory.knex)).toEqual([]);
    await memory.destroy();
  });

  it('digests the very text that a reader of the API gets', async () => {
    await decide('runs');
    const [row] = await database.knex('chain');
    const text = chainRowText({
      ...row,
      number: Number(row.number),
      at: Number(row.at),
    });
    expect(createHash('sha256').update(text).digest('hex')).toBe(row.digest);
  });
});
