import { randomUUID } from 'node:crypto';
import path from 'node:path';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import type { BackendFeature } from '@backstage/backend-plugin-api';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { eventsOver } from '@gitops-events/plugin-gitops-events-node/testUtils';
// The whole chain, which a test of a module may see.
// eslint-disable-next-line @backstage/no-mixed-plugin-imports
import gitopsEventsPlugin from '@gitops-events/plugin-gitops-events-backend';
import { gitopsEventsModuleKafka } from '../module';

export type Portal = Awaited<ReturnType<typeof startPortal>>;

/** The whole plugin with the module, and people who send events of `/people`. */
export async function startPortal(options: {
  /** For what it keeps on disk. */
  folder: string;
  kafka?: object;
  bus?: object;
  /** Event sources and the ingresses that they feed. */
  sources?: object;
  ingresses?: object;
  /** Beside the plugin, such as a database that a test looks into. */
  features?: BackendFeature[];
}) {
  const { folder, kafka, bus = { kind: 'embedded' }, sources } = options;
  const backend = await startTestBackend({
    features: [
      ...(options.features ?? []),
      gitopsEventsPlugin,
      gitopsEventsModuleKafka,
      catalogServiceMock.factory(),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost:3000' },
          gitopsEvents: {
            ...{ durability: 'relaxed', bus },
            ...(kafka && { kafka }),
            ...(sources && { sources }),
            ingresses: {
              people: {
                principals: ['user:default/*'],
                sources: ['/people'],
                types: ['io.example.*'],
              },
              ...options.ingresses,
            },
            local: { directory: path.join(folder, randomUUID()) },
          },
        },
      }),
    ],
  });
  const base = `http://localhost:${backend.server.port()}/api/gitops-events/v1`;
  const person = mockCredentials.user.header('user:default/pia');
  return {
    ...eventsOver(base, person),
    post: (url: string, body: object) =>
      fetch(`${base}/${url}`, {
        method: 'POST',
        headers: { authorization: person, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    stop: () => backend.stop(),
  };
}
