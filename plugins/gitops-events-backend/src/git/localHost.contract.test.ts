import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  changeHostContract,
  changeHostModelContract,
  type ChangeHostSetup,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { LocalHost } from './localHost';
import { git, pushByHand, temporaryFolder } from './__testUtils__/gitCommand';
import { silentLogger } from '../__testUtils__/testLogger';

async function createHost(): Promise<ChangeHostSetup> {
  const directory = await temporaryFolder();
  const bare = path.join(directory, 'deployments.git');
  const host = await LocalHost.create({
    config: {
      directory,
      repositories: [{ name: 'deployments', branch: 'main' }],
    },
    author: { name: 'GitOps Events', email: 'gitops-events@localhost' },
    logger: silentLogger(),
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
      mergeBy: { merge: branch => mergeByHand(bare, branch) },
    },
    async comments(number) {
      const file = path.join(bare, 'gitops-events', 'pulls', `${number}.json`);
      const { comments } = JSON.parse(await readFile(file, 'utf8'));
      return Object.values(comments);
    },
    async stop() {
      await host.stop();
      // Fails when it finds anything.
      await git(bare, 'fsck', '--strict', '--no-dangling');
      await rm(directory, { recursive: true });
    },
  };
}

/** What a person does who merges with git; returns the merge. */
async function mergeByHand(bare: string, branch: string): Promise<string> {
  const clone = await temporaryFolder();
  await git(clone, 'clone', '--quiet', bare, '.');
  await git(clone, 'merge', '--quiet', '--no-ff', `origin/${branch}`);
  await git(clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  const merge = await git(clone, 'rev-parse', 'HEAD');
  await rm(clone, { recursive: true });
  return merge;
}

changeHostContract({ name: 'LocalHost', createHost });
changeHostModelContract({ name: 'LocalHost', createHost });
