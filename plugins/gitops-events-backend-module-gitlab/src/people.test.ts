import { randomUUID } from 'node:crypto';
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
import { GitlabServer, TOKEN } from './__testUtils__/gitlab/gitlabServer';
import { usualRules } from './__testUtils__/gitlab/rules';
import { repositoryOn } from './__testUtils__/testHost';
import { gitopsEventsModuleGitlab } from './module';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const webhookSecret = 'secret of the webhook';

async function createForge(): Promise<Forge> {
  const server = await GitlabServer.start();
  const { people, mergeRequests, rules } = server;
  const { host, baseUrl, apiBaseUrl } = server;
  const repository = repositoryOn(server);
  const find = (branch: string) =>
    mergeRequests.all.findLast(({ source }) => source === branch)!;
  /** The first of them that is not given counts. */
  const missing: { review?: string; check?: string } = {};
  const ask = (what: typeof missing) => {
    Object.assign(missing, what);
    rules.status = missing.check ?? missing.review;
    rules.pipeline = missing.check
      ? { status: 'running', web_url: `${repository}/-/pipelines/1` }
      : undefined;
  };
  return {
    words: {
      name: 'GitLab',
      team: 'dana',
      queued: /Was put on a merge train of GitLab\./,
      takenOut: /dana took it off the merge train of GitLab\./,
      draft: /dana turned it into a draft on GitLab\./,
      reviewMissing: /Waits for an approval on GitLab\./,
      changesRequested: /A reviewer asked for changes on GitLab\./,
      checkRunning: /Waits for its pipeline on GitLab\. It is running: http/,
    },
    repository,
    directory: server.repository.directory,
    integrations: { gitlab: [{ host, baseUrl, apiBaseUrl, token: TOKEN }] },
    config: {
      gitlab: { webhookSecret, limits: { writesPerMinute: 10_000 } },
    },
    people,
    rules: {
      review(is) {
        const status = {
          missing: 'not_approved',
          changesRequested: 'requested_changes',
          given: undefined,
        }[is];
        ask({ review: status });
      },
      check(is) {
        ask({ check: is === 'running' ? 'ci_still_running' : undefined });
      },
      queue(isThere) {
        rules.mergeTrains = isThere;
      },
      upToDate(must) {
        rules.method = must ? 'ff' : 'merge';
      },
      async queueMoves(branch) {
        await people.trainArrives(branch);
      },
      none() {
        ask({ review: undefined, check: undefined });
        Object.assign(rules, usualRules());
      },
    },
    annotations: {
      user: name => ({ [`${host}/user-login`]: `${baseUrl}/${name}` }),
      team: name => ({ [`${host}/team-path`]: `acme/${name}` }),
    },
    folderUrl: (branch, folder) => `${repository}/-/tree/${branch}/${folder}`,
    webhook: branch => ({
      path: 'webhooks/gitlab',
      headers: {
        'content-type': 'application/json',
        'x-gitlab-token': webhookSecret,
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({
        object_kind: 'merge_request',
        project: { id: 1, web_url: repository },
        object_attributes: {
          ...{ source_branch: branch, target_project_id: 1 },
          source_project_id: 1,
        },
      }),
    }),
    comments: branch => find(branch).notes,
    reviewers: branch => find(branch).reviewers,
    isDraft: branch => find(branch).title.startsWith('Draft: '),
    stop: () => server.stop(),
  };
}

forgePeopleContract({
  name: 'GitLab',
  createForge,
  async startPortal(config, entities) {
    const knex = await databases.init('SQLITE_3');
    const backend = await startTestBackend({
      features: [
        gitopsEventsPlugin,
        gitopsEventsModuleGitlab,
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
