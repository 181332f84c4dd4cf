import {
  changeHostContract,
  changeHostModelContract,
  type ChangeHostSetup,
  git,
  pushByHand,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { GithubServer } from './__testUtils__/github/githubServer';
import { testHost } from './__testUtils__/testHost';

async function createHost(as: 'token' | 'app'): Promise<ChangeHostSetup> {
  const server = await GithubServer.start();
  const { directory } = server.repository;
  return {
    host: testHost(server, { as }),
    repository: `${server.url}/acme/deployments`,
    base: 'main',
    unknownRepository: `${server.url}/acme/nothing`,
    person: {
      push: (branch, files, from) => pushByHand(directory, branch, files, from),
      forcePush: (branch, files, from) =>
        pushByHand(directory, branch, files, from),
      deleteBranch: async branch => {
        await git(directory, ['push', '--quiet', '.', `:refs/heads/${branch}`]);
      },
      mergeBy: {
        merge: branch => server.people.merge(branch, 'merge'),
        squash: branch => server.people.merge(branch, 'squash'),
        rebase: branch => server.people.merge(branch, 'rebase'),
      },
      buttons: server.people,
      async protectBase(isProtected) {
        server.rules.review = isProtected ? 'REVIEW_REQUIRED' : undefined;
      },
    },
    comments: async number => server.pulls.all[number - 1].comments,
    stop: () => server.stop(),
  };
}

changeHostContract({
  name: 'GithubHost with a token',
  createHost: () => createHost('token'),
});
changeHostContract({
  name: 'GithubHost as an App',
  createHost: () => createHost('app'),
});
changeHostModelContract({
  name: 'GithubHost',
  createHost: () => createHost('token'),
});
