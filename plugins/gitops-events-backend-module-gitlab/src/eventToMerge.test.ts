import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  git,
  pushByHand,
  temporaryFolder,
  textFile,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
// The whole chain, which a test of a module may see.
// eslint-disable-next-line @backstage/no-mixed-plugin-imports
import gitopsEventsPlugin from '@gitops-events/plugin-gitops-events-backend';
import {
  GitlabServer,
  PROJECT,
  TOKEN,
} from './__testUtils__/gitlab/gitlabServer';
import { gitopsEventsModuleGitlab } from './module';

jest.setTimeout(180_000);

const sensor = (repository: string) => `
apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: promote, owner: group:default/platform }
spec:
  mode: auto
  dependencies:
    - { name: pushed, ingress: people, type: io.example.pushed }
  target: { environment: staging }
  steps:
    - id: bump
      action: git:change
      input:
        repo: ${repository}
        edits:
          - { kind: yaml, file: apps/shop.yaml, set: { tag: '\${{ event.data.tag }}' } }
        pullRequest: { title: 'Shop \${{ event.data.tag }}', labels: [gitops] }
`;

it('brings an event to a merged merge request, a limit and a lost answer on the way', async () => {
  const server = await GitlabServer.start();
  const repository = `${server.baseUrl}/${PROJECT}`;
  const { directory } = server.repository;
  await pushByHand(directory, 'main', [
    textFile('apps/shop.yaml', '# The shop\ntag: "1.0.0"\nreplicas: 2\n'),
  ]);
  const folder = await temporaryFolder();
  const sensors = path.join(folder, 'sensors');
  await mkdir(sensors);
  await writeFile(path.join(sensors, 'promote.yaml'), sensor(repository));
  server.faults.add({
    ...{ when: /git-receive-pack$/, what: 'answer', status: 429 },
    headers: { 'retry-after': '1' },
    body: 'Retry later\n',
  });
  server.faults.add({ when: /git-receive-pack$/, what: 'drop' });
  server.faults.add({ when: /POST .*merge_requests$/, what: 'drop' });
  server.faults.add({ when: /PUT .*merge$/, what: 'drop' });

  const backend = await startTestBackend({
    features: [
      gitopsEventsPlugin,
      gitopsEventsModuleGitlab,
      catalogServiceMock.factory(),
      mockServices.rootConfig.factory({
        data: configuration(server, repository, folder),
      }),
    ],
  });
  const answer = await fetch(
    `http://localhost:${backend.server.port()}/api/gitops-events/v1/events`,
    {
      method: 'POST',
      headers: {
        authorization: mockCredentials.user.header('user:default/pia'),
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': 'one',
        'ce-source': '/people',
        'ce-type': 'io.example.pushed',
      },
      body: JSON.stringify({ tag: '2.0.0' }),
    },
  );
  expect(answer.status).toBe(202);

  const show = (what: string) => git(directory, ['show', what]);
  await waitForExpect(
    async () =>
      expect(await show('main:apps/shop.yaml')).toBe(
        '# The shop\ntag: "2.0.0"\nreplicas: 2',
      ),
    60_000,
  );
  expect(await git(directory, ['log', '-1', '--format=%B', 'main'])).toMatch(
    /^Shop 2\.0\.0\n[^]*\nGitOps-Change: [0-9a-f]{32}\n/,
  );
  expect(server.mergeRequests.all).toMatchObject([
    { title: 'Shop 2.0.0', state: 'merged', labels: ['gitops'] },
  ]);
  await backend.stop();
  await server.stop();
  await rm(folder, { recursive: true });
});

function configuration(
  { host, baseUrl, apiBaseUrl }: GitlabServer,
  repository: string,
  folder: string,
) {
  return {
    app: { baseUrl: 'http://localhost:3000' },
    integrations: { gitlab: [{ host, baseUrl, apiBaseUrl, token: TOKEN }] },
    gitopsEvents: {
      durability: 'relaxed',
      ingresses: {
        people: {
          principals: ['user:default/*'],
          sources: ['/people'],
          types: ['io.example.*'],
        },
      },
      boundaries: [
        {
          owner: 'group:default/platform',
          ingresses: ['people'],
          actions: ['*'],
          repositories: [
            { repo: repository, branches: ['main'], paths: ['apps/'] },
          ],
          environments: ['staging'],
          merge: true,
        },
      ],
      targets: { staging: { class: 'staging', mode: 'auto' } },
      local: { directory: path.join(folder, 'repositories') },
      sensors: { locations: [{ folder: path.join(folder, 'sensors') }] },
    },
  };
}
