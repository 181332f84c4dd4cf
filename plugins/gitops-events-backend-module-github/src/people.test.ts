import { randomUUID, createHmac } from 'node:crypto';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  forgePeopleContract,
  type Forge,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
// The whole chain, which a test of a module may see.
// eslint-disable-next-line @backstage/no-mixed-plugin-imports
import gitopsEventsPlugin from '@gitops-events/plugin-gitops-events-backend';
import { GithubServer } from './__testUtils__/github/githubServer';
import { exampleApp } from './__testUtils__/testHost';
import { gitopsEventsModuleGithub } from './module';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const webhookSecret = 'secret of the webhook';

/** GitHub, where we are an App. */
async function createForge(): Promise<Forge> {
  const server = await GithubServer.start();
  const { people, pulls, rules } = server;
  const repository = `${server.url}/acme/deployments`;
  const pullOf = (branch: string) =>
    pulls.all.findLast(({ headRef }) => headRef === branch)!;
  return {
    words: {
      name: 'GitHub',
      team: 'acme/payments',
      queued: /(Was put into|Is number 1 in) the merge queue of GitHub\./,
      takenOut: /dana took it out of the merge queue of GitHub\./,
      draft: /dana turned it into a draft on GitHub\./,
      reviewMissing: /Waits for a review by pia on GitHub\./,
      changesRequested: /pia asked for changes on GitHub\./,
      checkRunning: /Waits for build on GitHub\./,
    },
    repository,
    directory: server.repository.directory,
    integrations: {
      github: [
        {
          ...{ host: server.host, apiBaseUrl: server.apiBaseUrl },
          apps: [exampleApp()],
        },
      ],
    },
    config: {
      github: {
        webhookSecret,
        limits: {
          ...{ writesPerMinute: 10_000, writesPerHour: 10_000 },
          pushesPerMinute: 1_000,
        },
      },
    },
    people,
    rules: {
      review(is) {
        rules.review = (
          {
            missing: 'REVIEW_REQUIRED',
            changesRequested: 'CHANGES_REQUESTED',
            given: 'APPROVED',
          } as const
        )[is];
        rules.reviewer = is === 'changesRequested' ? 'pia' : undefined;
      },
      check(is) {
        rules.checks = { build: is === 'running' ? null : 'SUCCESS' };
      },
      queue(isThere) {
        rules.mergeQueue = isThere;
      },
      upToDate(must) {
        rules.strict = must;
      },
      queueMoves: () => people.mergeQueued(),
      none() {
        Object.assign(rules, {
          ...{ checks: {}, mergeQueue: false, strict: false },
          ...{ review: undefined, reviewer: undefined },
        });
      },
    },
    annotations: {
      user: name => ({ 'github.com/user-login': name }),
      team: name => ({ 'github.com/team-slug': `acme/${name}` }),
    },
    folderUrl: (branch, folder) => `${repository}/tree/${branch}/${folder}`,
    webhook(branch) {
      const body = JSON.stringify({
        repository: { id: 1, html_url: repository },
        pull_request: { head: { ref: branch, repo: { id: 1 } } },
      });
      const signature = createHmac('sha256', webhookSecret).update(body);
      return {
        ...{ path: 'webhooks/github', body },
        headers: {
          'content-type': 'application/json',
          'x-github-event': 'pull_request',
          'x-github-delivery': randomUUID(),
          'x-hub-signature-256': `sha256=${signature.digest('hex')}`,
        },
      };
    },
    comments: branch => pullOf(branch).comments,
    reviewers: branch => pullOf(branch).reviewers,
    isDraft: branch => pullOf(branch).draft,
    stop: () => server.stop(),
  };
}

forgePeopleContract({
  name: 'GitHub',
  createForge,
  async startPortal(config, entities) {
    const knex = await databases.init('SQLITE_3');
    const backend = await startTestBackend({
      features: [
        gitopsEventsPlugin,
        gitopsEventsModuleGithub,
        catalogServiceMock.factory({ entities: entities as never }),
        mockServices.database.factory({ knex }),
        mockServices.rootConfig.factory({ data: config as never }),
      ],
    });
    return {
      url: `http://localhost:${backend.server.port()}/api/gitops-events`,
      authorization: person => mockCredentials.user.header(person),
      async age(branch, days) {
        const { id } = await knex('changes').where({ branch }).first('id');
        const sealed = { sealed_at: Date.now() - days * 86_400_000 };
        await knex('change_revisions').where('change_id', id).update(sealed);
      },
      stop: () => backend.stop(),
    };
  },
});
