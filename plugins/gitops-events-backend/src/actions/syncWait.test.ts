import type {
  ActionContext,
  SyncTracker,
} from '@gitops-events/plugin-gitops-events-node';
import type { StepOutcome } from '../pipeline/stepRunner';
import {
  insertSyncs,
  readSyncs,
  updateSync,
  type ChangeSync,
} from '../store/changeSyncs';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { syncWait } from './syncWait';

const changeId = 'c'.repeat(32);
const following = ['shop-eu', 'shop-us'];
/** Follows the branch, and none of the changed paths. */
const beside = 'tools';

const tracker: SyncTracker = {
  name: 'test',
  applications: async () => [
    ...following.map(application => ({ application, path: 'apps' })),
    { application: beside, path: 'tools' },
  ],
  request: async () => {},
  observe: async () => [],
  watch: () => {},
};

const databases = testDatabases();

describe.each(databaseKinds)('two waits for one change, on %s', kind => {
  let database: Database;

  beforeEach(async () => {
    database = await databases.open(kind);
  });

  /** A step of a run, as it is asked once; what it writes is written. */
  const ask = async (application?: string): Promise<StepOutcome> => {
    const { knex } = database;
    const action = syncWait({
      knex,
      trackers: [tracker],
      readStops: async () => [],
    });
    const outcome: StepOutcome = await action.run(
      {
        startedAt: Date.now(),
        outputs: {
          bump: {
            changeId,
            commit: 'a'.repeat(40),
            repository: 'local:deployments',
            base: 'main',
            paths: ['apps/shop.yaml'],
          },
        },
      } as unknown as ActionContext,
      application ? { application } : {},
    );
    await insertSyncs(knex, outcome.writes?.syncs ?? []);
    return outcome;
  };
  const ends = async (
    application: string,
    state: ChangeSync['state'] = 'healthy',
  ) => {
    const all = await readSyncs(database.knex, changeId);
    const sync = all.find(one => one.application === application)!;
    const message = state === 'failed' ? 'The disk is full.' : undefined;
    await updateSync(database.knex, {
      ...{ ...sync, state, message, endedAt: sync.startedAt },
    });
  };
  const done = (...applications: string[]) => ({
    outcome: 'done',
    output: { applications },
  });

  it('waits for all, where another named one of them before', async () => {
    expect(await ask('shop-eu')).toMatchObject({ outcome: 'waiting' });
    await ends('shop-eu');
    expect(await ask('shop-eu')).toMatchObject(done('shop-eu'));

    expect(await ask()).toMatchObject({ outcome: 'waiting' });
    expect(await ask()).toMatchObject({ outcome: 'waiting' });
    await ends('shop-us');
    expect(await ask()).toMatchObject(done(...following));
  });

  it('is not failed by one that another named, and that does not follow the change', async () => {
    await ask(beside);
    await ask();
    await ends(beside, 'failed');
    for (const name of following) await ends(name);
    expect(await ask()).toMatchObject(done(...following));
    expect(await ask(beside)).toMatchObject({
      outcome: 'failed',
      reason: {
        message: `${beside} did not become healthy: The disk is full. The change is merged; look at the application, then revert or mend.`,
      },
    });
  });

  it('waits for the one that it names, whatever the others come to', async () => {
    await ask();
    expect(await ask('shop-us')).toMatchObject({ outcome: 'waiting' });
    await ends('shop-eu', 'failed');
    await ends('shop-us');
    expect(await ask('shop-us')).toMatchObject(done('shop-us'));
    expect(await ask()).toMatchObject({ outcome: 'failed' });
  });

  it('keeps a row for both forms when they come at once', async () => {
    const sync = (application: string, whole: boolean): ChangeSync => ({
      ...{ changeId, tracker: 'test', application, whole, commit: 'a' },
      ...{ state: 'waiting', startedAt: 1, deadline: 2 },
    });
    await insertSyncs(database.knex, [
      sync('shop-us', true),
      sync('shop-eu', false),
      sync('shop-eu', true),
    ]);
    const rows = await readSyncs(database.knex, changeId);
    expect(rows.map(({ whole }) => whole)).toEqual([true, true]);
  });
});
