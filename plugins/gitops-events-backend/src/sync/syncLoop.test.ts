import type {
  SyncObservation,
  SyncTracker,
} from '@gitops-events/plugin-gitops-events-node';
import { Nudges } from '../nudges';
import { insertSyncs, readSyncs } from '../store/changeSyncs';
import { CommitQueue } from '../store/commitQueue';
import { testDatabases } from '../store/testDatabases';
import { seedChange } from '../timeline/__testUtils__/seedChange';
import { startSyncLoop } from './syncLoop';
import { silentLogger } from '../__testUtils__/testLogger';

const databases = testDatabases();
const commit = 'c'.repeat(40);

/** Has applied everything, or does not answer. */
function trackerOf(name: string, answers: boolean): SyncTracker {
  return {
    name,
    applications: async () => [],
    request: async () => {},
    async observe(applications) {
      if (!answers) throw new Error('It is out of reach');
      return applications
        .filter(application => application !== 'removed')
        .map((application): SyncObservation => ({
          application,
          repository: 'local:deployments',
          branch: 'main',
          path: '.',
          // Of a repository that no host has any more: nobody can say what it contains.
          revision: application === 'elsewhere' ? 'd'.repeat(40) : commit,
          sync: 'synced',
          health: 'healthy',
          message: 'Applied with Bearer abcdefghij',
          observedAt: Date.now(),
        }));
    },
    watch: () => {},
  };
}

it('follows the others when an application, a tracker or a repository is gone', async () => {
  const { knex } = await databases.open('sqlite');
  const changeId = await seedChange(knex, { name: 'one' });
  const now = Date.now();
  const sync = (tracker: string, application: string, deadline: number) => ({
    ...{ changeId, tracker, application, commit, deadline, whole: true },
    state: 'waiting' as const,
    startedAt: now - 1_000,
  });
  await insertSyncs(knex, [
    sync('asleep', 'shop', now + 60_000),
    sync('folder', 'removed', now - 1),
    sync('folder', 'elsewhere', now - 1),
    sync('folder', 'shop', now + 60_000),
    sync('uninstalled', 'shop', now - 1),
  ]);
  const logger = silentLogger();
  const loop = startSyncLoop({
    knex,
    commits: new CommitQueue({ knex, stream: 'runs' }),
    trackers: [trackerOf('asleep', false), trackerOf('folder', true)],
    readerOf: () => undefined,
    nudges: new Nudges(),
    logger,
  });
  await loop.stop();

  const syncs = await readSyncs(knex, changeId);
  expect(
    Object.fromEntries(
      syncs.map(one => [`${one.tracker} ${one.application}`, one.state]),
    ),
  ).toEqual({
    'asleep shop': 'waiting',
    'folder elsewhere': 'failed',
    'folder removed': 'failed',
    'folder shop': 'healthy',
    'uninstalled shop': 'failed',
  });
  const removed = syncs.find(({ application }) => application === 'removed');
  expect(removed!.message).toBe('The application is gone');
  const healthy = syncs.find(({ state }) => state === 'healthy');
  expect(healthy!.message).toBe('Applied with ••••••');
  expect(logger.error).not.toHaveBeenCalled();
});
