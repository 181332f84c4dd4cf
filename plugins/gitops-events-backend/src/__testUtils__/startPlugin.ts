import path from 'node:path';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import request from 'supertest';
import type { Knex } from 'knex';
import {
  git,
  pushByHand,
  temporaryFolder,
} from '../git/__testUtils__/gitCommand';
import { headers, type Role } from '../permissions/__testUtils__/people';
import {
  gitopsEventsExtensionPoint,
  type Action,
  type EventBroker,
  type EventSource,
} from '@gitops-events/plugin-gitops-events-node';
import { gitopsEventsPlugin } from '../plugin';

const owner = 'group:default/platform';

/**
 * The whole plugin behind its real doors, with the ingresses `registry` and `people`, one bare
 * repository and these sensors. An event is sent as the registry sends it, and
 * read as a platform engineer reads it.
 */
export async function startPlugin(options: {
  knex: Knex;
  /** YAML by file name. */
  sensors: Record<string, string>;
  /** Files of branch main by path. */
  files: Record<string, string>;
  /** Configuration beside or instead of the usual one, by its key under `gitopsEvents`. */
  gitopsEvents?: Record<string, any>;
  /** Beside the built-in ones. */
  actions?: Array<Action<any>>;
  /** A bus that the configuration may name. */
  bus?: EventBroker;
  /** What the configuration may read from. */
  source?: EventSource;
}) {
  const folder = await temporaryFolder();
  const sensors = path.join(folder, 'sensors');
  await mkdir(sensors);
  for (const [name, text] of Object.entries(options.sensors)) {
    await writeFile(path.join(sensors, name), text);
  }
  const config = mockServices.rootConfig({
    data: configuration(folder, sensors, options.gitopsEvents),
  });
  const backend = await startTestBackend({
    features: [
      gitopsEventsPlugin,
      moduleOf(options),
      catalogServiceMock.factory(),
      mockServices.database.factory({ knex: options.knex }),
      createServiceFactory({
        service: coreServices.rootConfig,
        deps: {},
        factory: () => config,
      }),
    ],
  });
  const bare = path.join(folder, 'repositories/deployments.git');
  await pushByHand(
    bare,
    'main',
    Object.entries(options.files).map(([name, text]) => ({
      path: name,
      mode: '100644',
      content: new TextEncoder().encode(text),
    })),
  );

  return {
    bare,
    send: (contentType: string, body: string) =>
      request(backend.server)
        .post('/api/gitops-events/v1/events')
        .set('authorization', headers.token)
        .type(contentType)
        .send(body),
    /** Sends an event as a person would, of the source `/people`. */
    sendAs: (role: Role, type: string, data: object) =>
      request(backend.server)
        .post('/api/gitops-events/v1/events')
        .set('authorization', headers[role])
        .set({
          'ce-specversion': '1.0',
          'ce-id': `${role} ${type}`,
          'ce-source': '/people',
          'ce-type': type,
        })
        .send(data)
        .expect(202),
    get: async (route: string, role: Role = 'platform') => {
      const answer = await request(backend.server)
        .get(`/api/gitops-events/v1/${route}`)
        .set('authorization', headers[role])
        .expect(200);
      return answer.body;
    },
    /** As `get`, whatever the answer is. */
    find: (route: string) =>
      request(backend.server)
        .get(`/api/gitops-events/v1/${route}`)
        .set('authorization', headers.platform),
    post: (route: string, role: Role, body: object) =>
      request(backend.server)
        .post(`/api/gitops-events/v1/${route}`)
        .set('authorization', headers[role])
        .send(body),
    git: (...args: string[]) => git(bare, ...args),
    /** Changes the configuration beside the usual one, as an edited file would. */
    reconfigure: (gitopsEvents: Record<string, any>) =>
      config.update({ data: configuration(folder, sensors, gitopsEvents) }),
    stop: async () => {
      await backend.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function moduleOf({
  actions = [],
  bus,
  source,
}: Pick<Parameters<typeof startPlugin>[0], 'actions' | 'bus' | 'source'>) {
  return createBackendModule({
    pluginId: 'gitops-events',
    moduleId: 'test-actions',
    register(env) {
      env.registerInit({
        deps: { point: gitopsEventsExtensionPoint },
        async init({ point }) {
          for (const action of actions) point.addAction(action);
          if (bus) point.addBus(bus);
          if (source) point.addEventSource(source);
        },
      });
    },
  });
}

function configuration(
  folder: string,
  sensors: string,
  more: Record<string, any> = {},
) {
  return {
    app: { baseUrl: 'http://localhost:3000' },
    gitopsEvents: {
      ingresses: {
        registry: {
          principals: ['external:registry'],
          sources: ['/registry'],
          types: ['io.example.*'],
        },
        people: {
          principals: ['user:default/*'],
          sources: ['/people'],
          types: ['io.example.*'],
        },
      },
      boundaries: [
        {
          owner,
          ingresses: ['registry', 'people'],
          actions: ['*'],
          repositories: [
            {
              repo: 'local:deployments',
              branches: ['main', 'release'],
              paths: ['apps/'],
            },
          ],
          environments: ['*'],
          merge: true,
        },
      ],
      sensors: { locations: [{ folder: sensors }] },
      local: {
        directory: path.join(folder, 'repositories'),
        repositories: [{ name: 'deployments' }],
      },
      ...more,
    },
  };
}
