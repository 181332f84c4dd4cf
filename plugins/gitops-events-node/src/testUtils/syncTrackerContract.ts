// A suite that others call, so a file of tests that exports is right here.
/* eslint-disable jest/no-export */
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import type {
  SyncObservation,
  SyncTracker,
} from '@gitops-events/plugin-gitops-events-node';
import { textFile } from './textFile';

/** A running tracker under test, and an application of it that follows a branch. @public */
export interface SyncTrackerSetup {
  tracker: SyncTracker;
  application: string;
  repository: string;
  branch: string;
  /** Folder of the repository that the application follows, without a trailing slash. */
  path: string;
  /** Commits files (paths within the repository) to the branch; returns the commit. */
  commit(files: FileWrite[]): Promise<string>;
  /** What is live under this path of the repository; undefined: nothing. */
  live(path: string): Promise<string | undefined>;
  stop(): Promise<void>;
}

/**
 * What every `SyncTracker` must do. To be called at the top of a test file.
 *
 * @public
 */
export function syncTrackerContract(options: {
  name: string;
  createTracker(): Promise<SyncTrackerSetup>;
}): void {
  describe(`${options.name} keeps the contract of a sync tracker`, () => {
    // A tracker may look only now and then.
    jest.setTimeout(90_000);
    let setup: SyncTrackerSetup;
    beforeEach(async () => {
      setup = await options.createTracker();
    });
    afterEach(() => setup.stop());

    const observe = async (): Promise<SyncObservation> => {
      const { tracker, application } = setup;
      const [observation] = await tracker.observe([application]);
      return observation;
    };
    const until = async (
      wanted: (seen: SyncObservation) => boolean,
    ): Promise<SyncObservation> => {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const seen = await observe();
        if (wanted(seen)) return seen;
        if (Date.now() > deadline) {
          throw new Error(`Waited in vain; last seen ${JSON.stringify(seen)}`);
        }
        await new Promise(done => setTimeout(done, 20));
      }
    };
    const isApplied = (commit: string) => (seen: SyncObservation) =>
      seen.revision === commit &&
      seen.sync === 'synced' &&
      seen.health === 'healthy';
    const fileOf = (name: string, text: string) =>
      textFile(`${setup.path}/${name}`, text);

    it('names the applications of a branch', async () => {
      const { tracker, application, path, repository, branch } = setup;
      expect(await tracker.applications(repository, branch)).toContainEqual({
        application,
        path,
      });
      expect(await tracker.applications(repository, 'another')).toEqual([]);
      expect(await tracker.applications('another', branch)).toEqual([]);
    });

    it('applies a commit that was asked for and then says so', async () => {
      const { tracker, application } = setup;
      const commit = await setup.commit([fileOf('a.yaml', 'replicas: 1\n')]);
      const before = Date.now();
      await tracker.request(application, commit);
      const seen = await until(isApplied(commit));
      expect(seen).toMatchObject({
        application,
        repository: setup.repository,
        branch: setup.branch,
        path: setup.path,
      });
      expect(seen.observedAt).toBeGreaterThanOrEqual(before);
      expect(await setup.live(`${setup.path}/a.yaml`)).toBe('replicas: 1\n');
    });

    it('applies a commit that nobody asked for', async () => {
      const commit = await setup.commit([fileOf('a.yaml', 'replicas: 2\n')]);
      await until(isApplied(commit));
      expect(await setup.live(`${setup.path}/a.yaml`)).toBe('replicas: 2\n');
    });

    it('does no more when asked twice', async () => {
      const { tracker, application } = setup;
      const commit = await setup.commit([fileOf('a.yaml', 'replicas: 3\n')]);
      await Promise.all([
        tracker.request(application, commit),
        tracker.request(application, commit),
      ]);
      await until(isApplied(commit));
      await tracker.request(application, commit);
      await until(isApplied(commit));
      expect(await setup.live(`${setup.path}/a.yaml`)).toBe('replicas: 3\n');
    });

    it('removes what a newer commit deleted', async () => {
      const { tracker, application, path } = setup;
      const first = await setup.commit([
        fileOf('stays.yaml', 'a: 1\n'),
        fileOf('goes.yaml', 'a: 1\n'),
      ]);
      await tracker.request(application, first);
      await until(isApplied(first));
      const second = await setup.commit([
        { path: `${path}/goes.yaml`, mode: '100644', content: undefined },
      ]);
      await tracker.request(application, second);
      await until(isApplied(second));
      expect(await setup.live(`${path}/goes.yaml`)).toBeUndefined();
      expect(await setup.live(`${path}/stays.yaml`)).toBe('a: 1\n');
    });

    it('nudges when it has news, and not after the watch ended', async () => {
      const { tracker, application } = setup;
      const abort = new AbortController();
      let nudges = 0;
      tracker.watch(() => (nudges += 1), abort.signal);
      const commit = await setup.commit([fileOf('a.yaml', 'replicas: 4\n')]);
      await tracker.request(application, commit);
      await until(seen => isApplied(commit)(seen) && nudges > 0);
      abort.abort();
      nudges = 0;
      const next = await setup.commit([fileOf('a.yaml', 'replicas: 5\n')]);
      await tracker.request(application, next);
      await until(isApplied(next));
      expect(nudges).toBe(0);
    });

    it('tells of the others when an application is gone', async () => {
      const { tracker, application } = setup;
      const seen = await tracker.observe(['unknown', application]);
      expect(seen.map(one => one.application)).toEqual([application]);
    });

    it('refuses to ask an application that it does not have', async () => {
      await expect(
        setup.tracker.request('unknown', '0'.repeat(40)),
      ).rejects.toMatchObject({ name: 'NotFoundError' });
    });
  });
}
