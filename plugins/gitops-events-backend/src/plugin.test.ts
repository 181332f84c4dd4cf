import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import request from 'supertest';
import waitForExpect from 'wait-for-expect';
import { gitopsEventsPlugin } from './plugin';
import { testDatabases } from './store/testDatabases';

const databases = testDatabases();

const sensor = `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: watch, owner: 'group:default/platform' }
spec:
  mode: observe
  dependencies:
    - { name: pushed, ingress: registry, type: io.example.pushed }
  title: Watch \${{ event.data.tag }}
  dedupe: { key: event.data.tag }
  steps:
    - { id: wait, action: 'sync:wait', timeout: 1s }
`;

describe('the plugin', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gitops-events-plugin-'));
    await writeFile(join(folder, 'watch.yaml'), sensor);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('accepts, decides and shows an event', async () => {
    const backend = await startTestBackend({
      features: [
        gitopsEventsPlugin,
        catalogServiceMock.factory(),
        mockServices.database.factory({
          knex: await databases.empty('sqlite'),
        }),
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://localhost:3000' },
            gitopsEvents: {
              ingresses: {
                registry: {
                  principals: ['external:*'],
                  sources: ['/registry'],
                  types: ['io.example.*'],
                },
              },
              boundaries: [
                {
                  owner: 'group:default/platform',
                  ingresses: ['registry'],
                  actions: ['*'],
                  repositories: [],
                },
              ],
              sensors: { locations: [{ folder }] },
              local: { directory: join(folder, 'repositories') },
            },
          },
        }),
      ],
    });
    const send = (id: string, tag: string) =>
      request(backend.server)
        .post('/api/gitops-events/v1/events')
        .set('authorization', mockCredentials.service.header())
        .type('application/cloudevents+json')
        .send(
          JSON.stringify({
            specversion: '1.0',
            id,
            source: '/registry',
            type: 'io.example.pushed',
            data: { tag },
          }),
        );
    const answer = await send('1', '1.10').expect(202);
    expect(answer.body.durability).toBe('disk');
    await send('2', '1.10').expect(202);
    const [{ uid }] = answer.body.events;
    await waitForExpect(async () => {
      const event = await request(backend.server)
        .get(`/api/gitops-events/v1/events/${uid}`)
        .set('authorization', mockCredentials.service.header())
        .expect(200);
      expect(event.body).toMatchObject({ title: 'Watch 1.10', settled: true });
    }, 20_000);
    await backend.stop();
  }, 60_000);
});
