import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import { changeSensor } from '../__testUtils__/changeSensor';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git, temporaryFolder } from '../git/__testUtils__/gitCommand';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { noteRestore } from './noteRestore';

/* Git went on after the backup that the database came from: nothing of that is set back. */
jest.setTimeout(60_000);

const sensor = changeSensor({
  key: '${{ event.data.app }}',
  edits: [
    {
      kind: 'yaml',
      file: 'apps/${{ event.data.app }}.yaml',
      set: { tag: '${{ event.data.tag }}' },
    },
  ],
});
const seed = { 'apps/shop.yaml': 'tag: "0"\n', 'apps/cart.yaml': 'tag: "0"\n' };

describe.each(databaseKinds)('a database from a backup, on %s', kind => {
  const databases = testDatabases();
  let folder: string;
  let database: Database;
  let test: TestEngine | undefined;

  const start = async (options: Parameters<typeof startTestEngine>[1] = {}) => {
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    test = await startTestEngine(database, { folder, ...options });
  };
  /** Events are named after the time at which they were accepted. */
  const write = async (at: number, tag: string, app = 'shop') => {
    const run = await fire(database.knex, {
      ...{ id: `${app}-${at}`, sensor, data: { app, tag }, acceptedAt: at },
    });
    test!.nudges.send('runs');
    return run;
  };
  const isRestored = () => noteRestore(database.knex, 'here');
  const show = (app = 'shop') =>
    git(path.join(folder, 'deployments.git'), 'show', `main:apps/${app}.yaml`);
  const stop = async () => {
    await test?.stop();
    test = undefined;
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
    // What is lost: the values of 10 and 30.
    await start({ seed });
    await test!.reaches(await write(10, '1'), 'applied');
    await test!.reaches(await write(30, '3'), 'applied');
    await stop();
  });
  afterEach(async () => {
    await stop();
    await rm(folder, { recursive: true });
  });

  it('does not set back what Git has', async () => {
    await start();
    await isRestored();
    const head = await git(test!.bare, 'rev-parse', 'main~1');
    const run = await test!.reaches(await write(10, '1'), 'alreadySo');
    expect(run.reason).toMatchObject({
      code: 'alreadySo',
      message: expect.stringContaining(head),
    });
    await test!.reaches(await write(20, '2'), 'superseded');
    expect(await show()).toBe('tag: "3"');

    await test!.reaches(await write(40, '4'), 'applied');
    await test!.reaches(await write(15, '1', 'cart'), 'applied');
    expect(await show()).toBe('tag: "4"');
    expect(await show('cart')).toBe('tag: "1"');
  });

  it('asks a person where commits do not tell, and does as they say', async () => {
    await start({
      wrap: host =>
        new Proxy(host, {
          get: (_, name) => {
            const found = host[name as keyof ChangeHost];
            if (name === 'history') return undefined;
            return typeof found === 'function' ? found.bind(host) : found;
          },
        }),
    });
    await isRestored();
    const run = await test!.reaches(await write(20, '2'), 'held');
    expect(run.reason).toMatchObject({
      code: 'newerInGit',
      message: expect.stringContaining('discard it, or release it'),
    });
    expect(await show()).toBe('tag: "3"');
    await test!.engine.decisions.releaseRun({
      ...{ id: run.id, version: run.version, by: 'user:default/pia' },
      confirmOlder: false,
    });
    await test!.reaches(run.id, 'applied');
    expect(await show()).toBe('tag: "2"');
  });
});
