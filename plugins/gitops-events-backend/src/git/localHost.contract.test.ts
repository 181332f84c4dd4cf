import { rm } from 'node:fs/promises';
import path from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import {
  changeHostContract,
  changeHostModelContract,
  type ChangeHostSetup,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { LocalHost } from './localHost';
import { git, pushByHand, temporaryFolder } from './__testUtils__/gitCommand';

async function createHost(): Promise<ChangeHostSetup> {
  const directory = await temporaryFolder();
  const bare = path.join(directory, 'deployments.git');
  const host = await LocalHost.create({
    config: {
      directory,
      repositories: [{ name: 'deployments', branch: 'main' }],
    },
    author: { name: 'GitOps Events', email: 'gitops-events@localhost' },
    logger: mockServices.logger.mock(),
  });
  return {
    host,
    repository: 'local:deployments',
    base: 'main',
    unknownRepository: 'local:nothing',
    person: {
      push: (branch, files, from) => pushByHand(bare, branch, files, from),
      deleteBranch: async branch => {
        await git(bare, 'push', '--quiet', '.', `:refs/heads/${branch}`);
      },
    },
    async stop() {
      await host.stop();
      // Fails when it finds anything.
      await git(bare, 'fsck', '--strict', '--no-dangling');
      await rm(directory, { recursive: true });
    },
  };
}

changeHostContract({ name: 'LocalHost', createHost });
changeHostModelContract({ name: 'LocalHost', createHost });
