import { mockServices } from '@backstage/backend-test-utils';
import {
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import {
  changeHostContract,
  textFile,
  type ChangeHostSetup,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { Octokit } from '@octokit/rest';
import { readGithubConfig } from './config';
import { GithubHost } from './githubHost';

/*
 * The contract against GitHub itself, where somebody asks for it: see "Against
 * the real one" in docs/github.md. It has never been run.
 */
const {
  GITOPS_EVENTS_GITHUB_REPOSITORY: repository,
  GITOPS_EVENTS_GITHUB_TOKEN: token,
  GITOPS_EVENTS_GITHUB_PERSON_TOKEN: personToken,
} = process.env;

async function createHost(): Promise<ChangeHostSetup> {
  const config = mockServices.rootConfig({
    data: { integrations: { github: [{ host: 'github.com', token }] } },
  });
  const integrations = ScmIntegrations.fromConfig(config);
  const host = new GithubHost({
    integrations,
    credentials:
      DefaultGithubCredentialsProvider.fromIntegrations(integrations),
    config: { ...readGithubConfig(config), timeoutMs: 60_000 },
    logger: mockServices.logger.mock(),
  });
  const person = new GithubHost({
    integrations: personIntegrations(),
    credentials:
      DefaultGithubCredentialsProvider.fromIntegrations(personIntegrations()),
    config: { ...readGithubConfig(config), timeoutMs: 60_000 },
    logger: mockServices.logger.mock(),
  });
  const octokit = new Octokit({ auth: personToken });
  const [owner, repo] = new URL(repository!).pathname.slice(1).split('/');
  const name = { owner, repo };
  const base = (await octokit.rest.repos.get(name)).data.default_branch;
  const numberOf = async (branch: string) =>
    (await host.get(repository!, branch))!.number;
  const update = async (branch: string, what: object) => {
    const pull_number = await numberOf(branch);
    await octokit.rest.pulls.update({ ...name, pull_number, ...what });
  };
  const push: ChangeHostSetup['person']['push'] = async (
    branch,
    files,
    from,
  ) => {
    const parent = from ?? (await person.head(repository!, branch))!;
    const outcome = await person.commit({
      ...{ repository: repository!, branch, parent },
      expectedHead: await person.head(repository!, branch),
      files: files.length > 0 ? files : [textFile('by-hand', 'x\n')],
      message: 'By hand',
      author: { name: 'Dana Developer', email: 'dana@example.com' },
      time: Math.floor(Date.now() / 1000),
    });
    if (outcome.outcome !== 'committed') throw new Error(outcome.outcome);
    return outcome.commit;
  };
  const mergeBy =
    (merge_method: 'merge' | 'squash' | 'rebase') => async (branch: string) => {
      const pull_number = await numberOf(branch);
      const { data } = await octokit.rest.pulls.merge({
        ...{ ...name, pull_number, merge_method },
      });
      return data.sha;
    };
  return {
    ...{ host, repository: repository!, base },
    unknownRepository: `https://github.com/${owner}/there-is-none`,
    person: {
      push,
      forcePush: push,
      async deleteBranch(branch) {
        await octokit.rest.git.deleteRef({ ...name, ref: `heads/${branch}` });
      },
      mergeBy: {
        ...{ merge: mergeBy('merge'), squash: mergeBy('squash') },
        rebase: mergeBy('rebase'),
      },
      buttons: {
        close: branch => update(branch, { state: 'closed' }),
        reopen: branch => update(branch, { state: 'open' }),
        pointAt: (branch, to) => update(branch, { base: to }),
        retitle: (branch, title) => update(branch, { title }),
        async makeReady(branch) {
          const { data } = await octokit.rest.pulls.get({
            ...{ ...name, pull_number: await numberOf(branch) },
          });
          await octokit.graphql(
            `mutation ($id: ID!) {
              markPullRequestReadyForReview(input: { pullRequestId: $id }) { clientMutationId }
            }`,
            { id: data.node_id },
          );
        },
      },
    },
    async comments(number) {
      const { data } = await octokit.rest.issues.listComments({
        ...{ ...name, issue_number: number },
      });
      return data.map(({ body }) => body ?? '');
    },
    stop: async () => {},
  };
}

function personIntegrations() {
  return ScmIntegrations.fromConfig(
    mockServices.rootConfig({
      data: {
        integrations: { github: [{ host: 'github.com', token: personToken }] },
      },
    }),
  );
}

if (repository && token && personToken) {
  changeHostContract({ name: 'GithubHost on github.com', createHost });
} else {
  it('is asked for by three variables of the environment', () => {
    expect([repository, token, personToken]).toContain(undefined);
  });
}
