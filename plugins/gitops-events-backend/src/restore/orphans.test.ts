import { rm } from 'node:fs/promises';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import waitForExpect from 'wait-for-expect';
import { changeSensor } from '../__testUtils__/changeSensor';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { silentLogger } from '../__testUtils__/testLogger';
import { temporaryFolder } from '../git/__testUtils__/gitCommand';
import { stopAll } from '../stop/stopAfterRestore';
import type { Database } from '../store/database';
import { readStops } from '../store/stops';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { noteRestore } from './noteRestore';

/* Pull requests of ours that a database from a backup does not know are closed before writing resumes. */
jest.setTimeout(60_000);

const repository = 'local:deployments';
const pia = 'user:default/pia';
const sensor = changeSensor(
  {
    key: '${{ event.data.app }}',
    edits: [
      {
        kind: 'yaml',
        file: 'apps/${{ event.data.app }}.yaml',
        set: { tag: '1' },
      },
    ],
  },
  'propose',
);
const seed = { 'apps/shop.yaml': 'tag: "0"\n', 'apps/cart.yaml': 'tag: "0"\n' };

/** A host one of whose calls is another. */
function replacing(
  replaced: keyof ChangeHost,
  by: (call: () => Promise<unknown>) => Promise<unknown>,
) {
  return (host: ChangeHost) =>
    new Proxy(host, {
      get: (_, name) => {
        const found = host[name as keyof ChangeHost];
        if (typeof found !== 'function') return found;
        const call = (found as Function).bind(host);
        return name === replaced
          ? (...args: unknown[]) => by(() => call(...args))
          : call;
      },
    });
}

describe.each(databaseKinds)('orphans of a restore, on %s', kind => {
  const databases = testDatabases();
  let folder: string;
  let database: Database;
  let test: TestEngine | undefined;

  const start = async (options: Parameters<typeof startTestEngine>[1] = {}) => {
    test = await startTestEngine(database, { folder, ...options });
  };
  const open = async () => {
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
  };
  const stop = async () => {
    await test?.stop();
    test = undefined;
  };
  const write = async (app: string) => {
    const run = await fire(database.knex, {
      ...{ id: app, sensor, data: { app }, mode: 'propose' },
    });
    test!.nudges.send('runs');
    return run;
  };
  const branches = async () =>
    (await test!.host.openPulls(repository, '')).map(({ branch }) => branch);
  const proposed = async (app: string) => {
    await write(app);
    return waitForExpect(async () => {
      const found = await database.knex('changes').where({ state: 'waiting' });
      expect(found.map(({ change_key: key }) => key)).toContainEqual(
        expect.stringContaining(app),
      );
    }, 30_000);
  };
  const isRestored = () =>
    database.knex.transaction(async tx => {
      await noteRestore(tx, 'here');
      await stopAll(tx, 'Restored', Date.now());
    });
  const lift = async () => {
    const [{ id, version }] = await readStops(database.knex);
    const decision = { id, version, by: pia, comment: 'Looked at it' };
    await test!.engine.decisions.liftStop(decision);
  };

  let orphan: string;
  let known: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    await open();
    await start({ seed });
    await proposed('shop');
    [orphan] = await branches();
    await stop();
    // From here on it is the database of the backup.
    await open();
  });
  afterEach(async () => {
    await stop();
    await rm(folder, { recursive: true });
  });

  it('are closed once the stop is lifted, on record, and asked for anew', async () => {
    await start();
    await proposed('cart');
    known = (await branches()).find(branch => branch !== orphan)!;
    await stop();
    await isRestored();

    let lost = 1;
    await start({
      logger: silentLogger(),
      wrap: replacing('close', async call => {
        await call();
        if (lost-- > 0) throw new Error('The answer was lost');
      }),
    });
    test!.nudges.send('stops');
    const again = await write('shop');
    await test!.reaches(again, 'waiting', 'queued');
    expect((await branches()).sort()).toEqual([known, orphan].sort());

    await lift();
    await waitForExpect(async () => {
      test!.nudges.send('stops');
      expect(await readStops(database.knex)).toEqual([]);
    }, 30_000);
    expect(await test!.host.get(repository, orphan)).toMatchObject({
      state: 'closed',
    });
    const lifted = await database.knex('stops').orderBy('seq', 'desc').first();
    expect(lifted).toMatchObject({
      ...{ kind: 'repository', name: repository },
      ...{ set_by: 'plugin:gitops-events', lifted_by: 'plugin:gitops-events' },
      comment: 'Closed pull requests that the database does not know: #1.',
    });
    const rows = await database.knex('chain').where({ stream: 'people' });
    const records = rows.flatMap(row => JSON.parse(row.records));
    expect(records.filter(({ what }) => what === 'orphan')).toEqual([
      { what: 'orphan', repository, branch: orphan, number: 1 },
    ]);

    await waitForExpect(async () => {
      expect(await branches()).toHaveLength(2);
    }, 30_000);
    expect(await branches()).toContain(known);
    expect((await test!.reaches(again, 'waiting')).end).toBeUndefined();
  });

  it('are closed in a repository that was forgotten, once nobody stops it', async () => {
    await isRestored();
    await start();
    await test!.engine.decisions.setStop({
      ...{ scope: { kind: 'repository', name: repository }, by: pia },
      reason: 'Looking',
    });
    await lift();
    await test!.reaches(await write('cart'), 'waiting');
    expect(await branches()).toEqual([orphan]);
    await lift();
    await waitForExpect(async () => {
      // In one look: between two it may have been closed, and the new one not opened yet.
      const left = await branches();
      expect(left).toHaveLength(1);
      expect(left).not.toContain(orphan);
    }, 30_000);
    expect(await readStops(database.knex)).toEqual([]);
  });

  it('stay open where they cannot be told and a person goes on without', async () => {
    await isRestored();
    await start({
      logger: silentLogger(),
      wrap: replacing('openPulls', async () => {
        throw new Error('The host is away');
      }),
    });
    await lift();
    await write('cart');
    await waitForExpect(async () => {
      expect(await readStops(database.knex)).toMatchObject([
        { scope: { kind: 'repository' }, by: 'plugin:gitops-events' },
      ]);
    }, 30_000);
    expect(await branches()).toEqual([orphan]);
    await lift();
    await waitForExpect(async () => {
      expect(await branches()).toHaveLength(2);
    }, 30_000);
    expect(await branches()).toContain(orphan);
  });

  it('are none that were opened after the restore', async () => {
    await isRestored();
    await database.knex('restores').update({ at: Date.now() - 86_400_000 });
    await start();
    await lift();
    await write('cart');
    await waitForExpect(async () => {
      expect(await branches()).toHaveLength(2);
    }, 30_000);
    expect(await branches()).toContain(orphan);
    const lifted = await database.knex('stops').where({ kind: 'repository' });
    expect(lifted).toMatchObject([
      { comment: expect.stringContaining('No pull request of ours was open') },
    ]);
  });

  it('are not looked for long after it, where nobody had written before', async () => {
    await isRestored();
    await database
      .knex('restores')
      .update({ at: Date.now() - 40 * 86_400_000 });
    await start();
    await lift();
    await write('cart');
    await waitForExpect(async () => {
      expect(await branches()).toHaveLength(2);
    }, 30_000);
    expect(await database.knex('stops').where({ kind: 'repository' })).toEqual(
      [],
    );
  });

  it('are given up on record where they cannot be closed and a person goes on without', async () => {
    await isRestored();
    let asked = 0;
    await start({
      logger: silentLogger(),
      wrap: replacing('close', async () => {
        asked += 1;
        throw new Error('We may not close it');
      }),
    });
    await lift();
    await write('cart');
    await waitForExpect(() => expect(asked).toBeGreaterThan(0), 30_000);
    await lift();
    await waitForExpect(async () => {
      expect(await branches()).toHaveLength(2);
    }, 30_000);
    const rows = await database.knex('chain').where({ stream: 'people' });
    const records = rows.flatMap(row => JSON.parse(row.records));
    const given = { what: 'orphan', repository, branch: orphan, number: 1 };
    expect(records.filter(({ what }) => what === 'orphan')).toEqual([
      given,
      { ...given, outcome: 'given up', by: pia },
    ]);
  });
});
