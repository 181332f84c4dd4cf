import type { ActionContext } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { syncWait } from '../actions/syncWait';
import { quietLogger } from '../git/__testUtils__/fixtures';
import { Nudges } from '../nudges';
import { StepWriter } from '../pipeline/writeSteps';
import { startSyncLoop } from '../sync/syncLoop';
import { seedChange } from '../timeline/__testUtils__/seedChange';
import { insertSyncs, readSyncs, type ChangeSync } from './changeSyncs';
import { claimRuns } from './claimRuns';
import { CommitQueue } from './commitQueue';
import type { Database } from './database';
import type { Run } from './runRow';
import { databaseKinds, testDatabases } from './testDatabases';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'deploy', owner: 'group:default/platform' },
  spec: {
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [{ id: 'sync', action: 'sync:wait' }],
  },
};
const commit = 'c'.repeat(40);
const later = Date.now() + 3_600_000;
const databases = testDatabases();

/** A run looks at the syncs of its change, and goes to wait a moment later. */
describe.each(databaseKinds)('a wait for syncs, on %s', kind => {
  let database: Database;
  let changeId: string;
  let run: Run;

  const claim = () =>
    claimRuns(database.knex, {
      ...{ replica: 'one', claimMs: 60_000 },
      wanted: [{ sensor: 'deploy', take: 10 }],
    });

  beforeEach(async () => {
    database = await databases.open(kind);
    const { knex } = database;
    changeId = await seedChange(knex, { name: 'one' });
    await storeSensor(knex, sensor);
    await fire(knex, { id: '1', sensor });
    [run] = await claim();
  });

  const syncOf = (application: string): ChangeSync => ({
    ...{ changeId, tracker: 'folder', application, commit, whole: true },
    ...{ state: 'waiting', startedAt: Date.now(), deadline: later },
  });
  const begin = (...applications: string[]) =>
    insertSyncs(database.knex, applications.map(syncOf));
  /** The tracker says that these are healthy, and the loop hears it. */
  const follow = (...healthy: string[]) => {
    const { knex } = database;
    const own = kind === 'postgres' ? databases.again(database) : knex;
    return startSyncLoop({
      knex: own,
      commits: new CommitQueue({ knex: own, stream: 'runs' }),
      trackers: [trackerOf(healthy)],
      readerOf: () => undefined,
      nudges: new Nudges(),
      logger: quietLogger,
    });
  };
  const ended = async (...healthy: string[]) => {
    const loop = follow(...healthy);
    await waitForExpect(async () => {
      const open = (await readSyncs(database.knex, changeId)).filter(
        ({ state }) => state !== 'healthy',
      );
      const names = open.map(({ application }) => application);
      expect(names.filter(name => healthy.includes(name))).toEqual([]);
    });
    await loop.stop();
  };
  const look = async () => {
    const { knex } = database;
    const trackers = [trackerOf([])];
    const action = syncWait({ knex, trackers, readStops: async () => [] });
    const merged = {
      ...{ changeId, commit, repository: 'local:deployments' },
      ...{ base: 'main', paths: ['apps/shop.yaml'] },
    };
    const context = { startedAt: Date.now(), outputs: { bump: merged } };
    return action.run(context as unknown as ActionContext, {});
  };
  const goToWait = async (outcome: Awaited<ReturnType<typeof look>>) => {
    if (outcome.outcome !== 'waiting') throw new Error(outcome.outcome);
    const { topic, writes } = outcome as typeof outcome & { writes?: object };
    await new StepWriter(database.knex, quietLogger).write({
      run: { ...run, state: 'waiting', topic, dueAt: later },
      ...{ leavesLane: true, timeline: [], writes },
    });
  };
  const isDue = async () => (await claim()).map(({ id }) => id);

  it('does not begin where its sync ended after the look', async () => {
    await begin('shop');
    const outcome = await look();
    await ended('shop');
    await goToWait(outcome);
    expect(await isDue()).toEqual([run.id]);
  });

  it('does not begin where the sync that it would begin is over already', async () => {
    const outcome = await look();
    await begin('shop');
    await ended('shop');
    await goToWait(outcome);
    expect(await isDue()).toEqual([run.id]);
  });

  it('goes on for those that are open, whatever ended before the look', async () => {
    await begin('cart', 'shop');
    await ended('cart');
    await goToWait(await look());
    expect(await isDue()).toEqual([]);
    await ended('cart', 'shop');
    expect(await isDue()).toEqual([run.id]);
  });

  // SQLite has one writer, so there it is before or after.
  if (kind === 'postgres') {
    it('does not begin where its sync ends at this very moment', async () => {
      const { knex } = database;
      await begin('shop');
      const outcome = await look();
      // Whoever ends it has woken who waits, and has still to go on record.
      const holder = await databases.again(database).transaction();
      await holder.raw('lock table chain in share mode');
      const held = async () => {
        const { rows } = await knex.raw(
          `select pg_blocking_pids(pid) as by from pg_stat_activity
           where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return rows;
      };
      const loop = follow('shop');
      await waitForExpect(async () => expect(await held()).toHaveLength(1));
      const waits = goToWait(outcome);
      const isHeld = waitForExpect(async () =>
        expect(await held()).toHaveLength(2),
      );
      await Promise.race([waits, isHeld]);
      await holder.rollback();
      await waits;
      await loop.stop();
      expect(await isDue()).toEqual([run.id]);
    });
  }
});

function trackerOf(healthy: string[]) {
  return {
    name: 'folder',
    applications: async () => [{ application: 'shop', path: 'apps' }],
    request: async () => {},
    observe: async (applications: string[]) =>
      applications.map(application => ({
        ...{ application, repository: 'local:deployments', branch: 'main' },
        ...{ path: 'apps', revision: commit, sync: 'synced' as const },
        health: healthy.includes(application)
          ? ('healthy' as const)
          : ('progressing' as const),
        observedAt: Date.now(),
      })),
    watch: () => {},
  };
}
