import { rm } from 'node:fs/promises';
import path from 'node:path';
import waitForExpect from 'wait-for-expect';
import { changeSensor } from '../__testUtils__/changeSensor';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine } from '../__testUtils__/testEngine';
import { silentLogger } from '../__testUtils__/testLogger';
import { git, temporaryFolder } from '../git/__testUtils__/gitCommand';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();
const by = 'user:default/pia';
const sensor = changeSensor({
  merge: { approvals: 0 },
  edits: [{ kind: 'yaml', file: 'apps/shop.yaml', set: { tag: '2' } }],
});

it.each(databaseKinds)(
  'what a newer engine asks to be written is not sealed by one that cannot read it, on %s',
  async kind => {
    const database = await databases.open(kind);
    const { knex } = database;
    const folder = await temporaryFolder();
    const start = (more: Parameters<typeof startTestEngine>[1]) =>
      startTestEngine(database, { folder, ...more });
    const seed = { 'apps/shop.yaml': 'tag: "1"\n' };
    await storeSensor(knex, sensor);
    const first = await start({ seed });
    // So that it asks, and nobody seals.
    const stop = await first.engine.decisions.setStop({
      ...{ scope: { kind: 'all' }, reason: 'Not yet', by },
    });
    const run = await fire(knex, { id: '1', sensor });
    first.nudges.send('runs');
    const pending = () => knex('effects').where({ state: 'pending' });
    await waitForExpect(async () => expect(await pending()).toHaveLength(1));
    await first.stop();

    const logger = silentLogger();
    const older = await start({ logger, whyUnreadable: () => 'it is new' });
    await older.engine.decisions.liftStop({
      ...{ id: stop, version: 1, by, comment: 'Now' },
    });
    await waitForExpect(() =>
      expect(logger.warn.mock.calls.join()).toMatch(
        /local:deployments main are tried again later: NewerRevisions: .*sensor promote, it is new/,
      ),
    );
    expect(await pending()).toHaveLength(1);

    const newer = await start({});
    await newer.reaches(run, 'applied', 'done');
    const bare = path.join(folder, 'deployments.git');
    expect(await git(bare, 'show', 'main:apps/shop.yaml')).toContain('"2"');
    await Promise.all([older.stop(), newer.stop()]);
    await rm(folder, { recursive: true });
  },
);
