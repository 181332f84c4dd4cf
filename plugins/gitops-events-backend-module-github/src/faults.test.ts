import { changeHostFaultsContract } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { GithubServer } from './__testUtils__/github/githubServer';
import { testHost } from './__testUtils__/testHost';

changeHostFaultsContract({
  // Whose commits get another id each time.
  name: 'GithubHost as an App',
  async start() {
    const server = await GithubServer.start();
    return {
      faults: server.faults,
      repository: `${server.url}/acme/deployments`,
      directory: server.repository.directory,
      newHost: options => testHost(server, { as: 'app', ...options }),
      pulls: branch => server.pulls.all.filter(it => it.headRef === branch),
      textOf(number) {
        const { body, comments } = server.pulls.all[number - 1];
        return [body, ...comments].join('\n');
      },
      stop: () => server.stop(),
    };
  },
});
