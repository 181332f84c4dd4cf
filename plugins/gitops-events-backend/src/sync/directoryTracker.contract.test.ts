import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { syncTrackerContract } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { errorCode } from '../git/durableFile';
import { LocalHost } from '../git/localHost';
import { temporaryFolder } from '../git/__testUtils__/gitCommand';
import { DirectoryTracker } from './directoryTracker';
import { silentLogger } from '../__testUtils__/testLogger';

syncTrackerContract({
  name: 'DirectoryTracker',
  async createTracker() {
    const directory = await temporaryFolder();
    const logger = silentLogger();
    const author = { name: 'GitOps Events', email: 'gitops-events@localhost' };
    const host = await LocalHost.create({
      config: {
        directory,
        repositories: [{ name: 'deployments', branch: 'main' }],
      },
      ...{ author, logger },
    });
    const folder = path.join(directory, 'target');
    const repository = 'local:deployments';
    const tracker = new DirectoryTracker({
      applications: [
        { name: 'apps', repository, branch: 'main', path: 'apps', folder },
      ],
      reader: host,
      logger,
    });
    tracker.start();
    return {
      ...{
        tracker,
        application: 'apps',
        repository,
        branch: 'main',
        path: 'apps',
      },
      async commit(files) {
        const head = (await host.head(repository, 'main'))!;
        const outcome = await host.commit({
          ...{ repository, branch: 'main', expectedHead: head, parent: head },
          ...{ files, message: 'Change', author, time: 1_800_000_000 },
        });
        if (outcome.outcome !== 'committed') throw new Error('not committed');
        return outcome.commit;
      },
      async live(name) {
        const file = path.join(folder, path.relative('apps', name));
        return readFile(file, 'utf8').catch(error => {
          if (errorCode(error) === 'ENOENT') return undefined;
          throw error;
        });
      },
      async stop() {
        await tracker.stop();
        await host.stop();
        await rm(directory, { recursive: true });
      },
    };
  },
});
