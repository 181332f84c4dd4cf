import { randomUUID } from 'node:crypto';
import path from 'node:path';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
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
  kafka: object;
  bus: object;
}) {
  const { folder, kafka, bus } = options;
  const backend = await startTestBackend({
    features: [
      gitopsEventsPlugin,
      gitopsEventsModuleKafka,
      catalogServiceMock.factory(),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost:3000' },
          gitopsEvents: {
            ...{ durability: 'relaxed', bus, kafka },
            ingresses: {
              people: {
                principals: ['user:default/*'],
                sources: ['/people'],
                types: ['io.example.*'],
              },
            },
            local: { directory: path.join(folder, randomUUID()) },
          },
        },
      }),
    ],
  });
  const events = eventsOver(
    `http://localhost:${backend.server.port()}/api/gitops-events/v1`,
    mockCredentials.user.header('user:default/pia'),
  );
  return { ...events, stop: () => backend.stop() };
}
