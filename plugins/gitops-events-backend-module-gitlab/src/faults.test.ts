import { changeHostFaultsContract } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { GitlabServer } from './__testUtils__/gitlab/gitlabServer';
import { repositoryOn, testHost } from './__testUtils__/testHost';

changeHostFaultsContract({
  name: 'GitlabHost',
  async start() {
    const server = await GitlabServer.start();
    const { mergeRequests } = server;
    return {
      faults: server.faults,
      repository: repositoryOn(server),
      directory: server.repository.directory,
      newHost: options => testHost(server, options),
      pulls: branch =>
        mergeRequests.all
          .filter(it => it.source === branch)
          .map(({ iid, labels }) => ({ number: iid, labels })),
      textOf(number) {
        const { description, notes } = mergeRequests.find(number)!;
        return [description, ...notes].join('\n');
      },
      stop: () => server.stop(),
    };
  },
});
