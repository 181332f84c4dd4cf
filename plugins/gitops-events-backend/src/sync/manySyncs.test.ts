import type { SyncTracker } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import waitForExpect from 'wait-for-expect';
import { quietLogger } from '../git/__testUtils__/fixtures';
import { Nudges } from '../nudges';
import { insertSyncs, type ChangeSync } from '../store/changeSyncs';
import { CommitQueue } from '../store/commitQueue';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { seedChange } from '../timeline/__testUtils__/seedChange';
import { startSyncLoop } from './syncLoop';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const commit = 'c'.repeat(40);
const now = Date.now();
const databases = testDatabases();

describe.each(databaseKinds)('more syncs than one look takes, on %s', kind => {
  let knex: Knex;
  let changeId: string;
  let requested: string[];
  const healthy = new Set<string>();

  const tracker: SyncTracker = {
    name: 'folder',
    applications: async () => [],
    request: async application => {
      requested.push(application);
    },
    observe: async applications =>
      applications.map(application => ({
        ...{ application, repository: 'local:deployments', branch: 'main' },
        ...{ path: '.', revision: commit, sync: 'synced' as const },
        health: healthy.has(application)
          ? ('healthy' as const)
          : ('progressing' as const),
        observedAt: Date.now(),
      })),
    watch: () => {},
  };
  const open = (applications: string[], startedAt: number, of = changeId) =>
    insertSyncs(
      knex,
      applications.map((application): ChangeSync => ({
        ...{ changeId: of, tracker: 'folder', application, commit },
        // As a sync that has begun: nothing is told of it before it ends.
        ...{ state: 'syncing', whole: true, startedAt },
        deadline: now + 3_600_000,
      })),
    );
  const start = () =>
    startSyncLoop({
      knex,
      commits: new CommitQueue({ knex, stream: 'runs' }),
      trackers: [tracker],
      readerOf: () => undefined,
      nudges: new Nudges(),
      logger: quietLogger,
    });
  const isOver = (application: string, of = changeId) =>
    waitForExpect(async () => {
      const sync = { change_id: of, application };
      const [row] = await knex('change_syncs').where(sync);
      expect(row.state).toBe('healthy');
    });

  beforeEach(async () => {
    ({ knex } = await databases.open(kind));
    changeId = await seedChange(knex, { name: 'one' });
    requested = [];
    healthy.clear();
  });

  it('are all asked for, and the newest ends though the others do not', async () => {
    const names = Array.from({ length: 1_050 }, (_, n) => `waits-${n}`);
    await open(names, now - 2_000);
    await open(['a-new', 'z-new'], now - 1_000);
    healthy.add('a-new').add('z-new');
    const loop = start();
    await isOver('a-new');
    await isOver('z-new');
    await waitForExpect(() => expect(requested).toHaveLength(1_052));
    loop.nudge();
    await loop.stop();
    expect(new Set(requested).size).toBe(1_052);
    expect(requested).toHaveLength(1_052);
  });

  it('are forgotten once they are over, and asked for when they come again', async () => {
    await open(['shop', 'slow'], now - 1_000);
    healthy.add('shop');
    const loop = start();
    await isOver('shop');
    // A look that found it over.
    const other = await seedChange(knex, { name: 'two' });
    await open(['next'], now - 1_000);
    healthy.add('next');
    await isOver('next');
    await open(['shop'], now - 1_000, other);
    await isOver('shop', other);
    await loop.stop();
    expect(requested.sort()).toEqual(['next', 'shop', 'shop', 'slow']);
  });
});
