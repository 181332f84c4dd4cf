import {
  changeHostContract,
  changeHostModelContract,
  type ChangeHostSetup,
  git,
  pushByHand,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { GitlabServer } from './__testUtils__/gitlab/gitlabServer';
import { repositoryOn, testHost } from './__testUtils__/testHost';

async function createHost(): Promise<ChangeHostSetup> {
  const server = await GitlabServer.start();
  const { directory } = server.repository;
  return {
    host: testHost(server),
    repository: repositoryOn(server),
    base: 'main',
    unknownRepository: `${server.baseUrl}/acme/platform/nothing`,
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
        server.rules.mayNotMerge = isProtected;
      },
    },
    comments: async number => server.mergeRequests.find(number)!.notes,
    stop: () => server.stop(),
  };
}

changeHostContract({ name: 'GitlabHost', createHost });
changeHostModelContract({ name: 'GitlabHost', createHost });
