import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import gitopsEventsPlugin from '@gitops-events/plugin-gitops-events-backend';
import { chainRowText } from '@gitops-events/plugin-gitops-events-common';
import { main } from '../main';

jest.setTimeout(120_000);

type Knex = Awaited<ReturnType<TestDatabases['init']>>;

const run = promisify(execFile);
const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_18'] });
const ref = 'refs/gitops-events/audit';

/** The whole plugin on a real database, whose decisions are stops that are set and lifted. */
describe.each(databases.eachSupportedId())('audit verify on %s', id => {
  let knex: Knex;
  let folder: string;
  let bare: string;
  let backend: Awaited<ReturnType<typeof startTestBackend>>;

  const git = async (...args: string[]) =>
    (await run('git', ['-C', bare, ...args])).stdout.trim();
  const verify = async (...more: string[]) => {
    const lines: string[] = [];
    const print = (text: string) => lines.push(text);
    const args = ['audit', 'verify', '--json', ...more];
    const code = await main(args, { print, complain: print });
    return { code, ...JSON.parse(lines.join('\n')) };
  };
  const codes = async () => {
    const { code, findings } = await verify('--repository', bare);
    return {
      code,
      findings: findings.map((one: { code: string }) => one.code),
    };
  };
  /** Sets a stop and lifts it: two rows of the stream `people`. */
  const decide = async (name: string) => {
    const lines: string[] = [];
    const print = (text: string) => lines.push(text);
    const terminal = { print, complain: print };
    await main(['stop', '--tenant', name, '--reason', 'Wait'], terminal);
    const stop = /\((\w+)\)/.exec(lines.join())![1];
    await main(['go', stop, '--comment', 'Go'], terminal);
  };
  const anchored = async (count: number) => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const rows = await knex('chain').where({ stream: 'audit' });
      if (rows.length >= count) return;
      if (Date.now() > deadline) throw new Error(`${rows.length} anchors`);
      await new Promise(done => setTimeout(done, 50));
    }
  };
  const people = (number: number) =>
    knex('chain').where({ stream: 'people', number });
  /** As somebody would who knows how digests are made. */
  const rewriteFrom = async (number: number) => {
    const rows = await knex('chain')
      .where({ stream: 'people' })
      .where('number', '>=', number)
      .orderBy('number');
    const before = await people(number - 1).first();
    let previous = before?.digest ?? '0'.repeat(64);
    for (const row of rows) {
      const fixed = {
        stream: 'people',
        number: Number(row.number),
        previous,
        records: row.records,
        at: Number(row.at),
      };
      const text = chainRowText(fixed);
      const digest = createHash('sha256').update(text).digest('hex');
      await people(fixed.number).update({ previous, digest });
      previous = digest;
    }
  };

  beforeAll(async () => {
    knex = await databases.init(id);
    folder = await mkdtemp(path.join(tmpdir(), 'gitops-events-audit-'));
    bare = path.join(folder, 'repositories', 'gitops-events-audit.git');
    backend = await startTestBackend({
      features: [
        gitopsEventsPlugin,
        catalogServiceMock.factory(),
        mockServices.database.factory({ knex }),
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://localhost:3000' },
            gitopsEvents: {
              // The SQLite of tests is in memory.
              durability: 'relaxed',
              local: { directory: path.join(folder, 'repositories') },
              audit: { everySeconds: 3600, rows: 2 },
            },
          },
        }),
      ],
    });
    process.env.GITOPS_EVENTS_URL = `http://127.0.0.1:${backend.server.port()}`;
    process.env.GITOPS_EVENTS_TOKEN = `mock-service-token:${JSON.stringify({ sub: 'plugin:audit' })}`;
    for (const [count, name] of ['acme', 'umbrella', 'initech'].entries()) {
      await decide(name);
      await anchored(count + 1);
    }
  });
  afterAll(async () => {
    await backend.stop();
    await rm(folder, { recursive: true });
  });

  /** Nothing of one test is left for the next. */
  let rows: object[];
  let kept: string;
  beforeEach(async () => {
    rows = await knex('chain');
    kept = path.join(folder, 'kept.git');
    await cp(bare, kept, { recursive: true });
  });
  afterEach(async () => {
    await knex('chain').delete();
    await knex('chain').insert(rows);
    await rm(bare, { recursive: true });
    await cp(kept, bare, { recursive: true });
    await rm(kept, { recursive: true });
  });

  it('finds nothing where nothing was touched, in the repository and in a clone', async () => {
    expect(await verify('--repository', bare)).toEqual({
      code: 0,
      rows: 9,
      streams: 2,
      anchors: 3,
      findings: [],
    });
    const clone = path.join(folder, 'clone');
    await run('git', ['clone', '-q', bare, clone]);
    await run('git', ['-C', clone, 'fetch', '-q', 'origin', `${ref}:${ref}`]);
    expect(await verify('--repository', clone)).toMatchObject({
      code: 0,
      anchors: 3,
    });
    expect((await verify()).anchors).toBeUndefined();
  });

  it('finds a row that was changed', async () => {
    const [{ records }] = await people(3);
    await people(3).update({ records: records.replace('umbrella', 'nobody') });
    expect(await codes()).toEqual({ code: 1, findings: ['rowChanged'] });
    expect((await verify()).findings[0].message).toBe(
      'row 3 of people was changed',
    );
  });

  it('finds a row that was removed', async () => {
    await people(4).delete();
    expect(await codes()).toEqual({ code: 1, findings: ['rowMissing'] });
  });

  it('finds a tail that was cut off, which the chain alone does not tell', async () => {
    await people(6).delete();
    await people(5).delete();
    expect(await verify()).toMatchObject({ code: 0, findings: [] });
    expect(await codes()).toEqual({ code: 1, findings: ['tailMissing'] });
  });

  it('finds a stream that was taken away whole', async () => {
    await knex('chain').where({ stream: 'people' }).delete();
    expect(await codes()).toEqual({ code: 1, findings: ['tailMissing'] });
  });

  it('finds a chain that was rewritten, digests and all', async () => {
    const [{ records }] = await people(3);
    await people(3).update({ records: records.replace('umbrella', 'nobody') });
    await rewriteFrom(3);
    expect(await verify()).toMatchObject({ code: 0, findings: [] });
    expect(await codes()).toEqual({ code: 1, findings: ['rewritten'] });
  });

  it('finds that the last anchor was taken away', async () => {
    await git('update-ref', ref, `${ref}~1`);
    expect(await codes()).toEqual({ code: 1, findings: ['anchorMissing'] });
  });

  it('finds an anchor that was cut out of the middle', async () => {
    const tree = await git('rev-parse', `${ref}^{tree}`);
    const message = await git('log', '-1', '--format=%B', ref);
    const name = ['-c', 'user.name=a', '-c', 'user.email=a@localhost'];
    const args = ['commit-tree', tree, '-p', `${ref}~2`, '-m', message];
    await git('update-ref', ref, await git(...name, ...args));
    const { code, findings } = await codes();
    expect(code).toBe(1);
    expect(new Set(findings)).toEqual(new Set(['anchorMissing']));
  });
});
