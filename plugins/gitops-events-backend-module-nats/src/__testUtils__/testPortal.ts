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
import { gitopsEventsModuleNats } from '../module';

/** The whole plugin with the module, and people who send events of `/people`. */
export async function startPortal(options: {
  nats?: object;
  bus?: object;
  /** Event sources and the ingresses that they feed. */
  sources?: object;
  ingresses?: object;
  /** Beside the plugin, such as a database that a test looks into. */
  features?: BackendFeature[];
  /** For its repositories. */
  directory: string;
}) {
  const { nats, bus = { kind: 'embedded' }, directory, sources } = options;
  const backend = await startTestBackend({
    features: [
      ...(options.features ?? []),
      gitopsEventsPlugin,
      gitopsEventsModuleNats,
      catalogServiceMock.factory(),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost:3000' },
          gitopsEvents: {
            ...{ durability: 'relaxed', bus, local: { directory } },
            ...(nats && { nats }),
            ...(sources && { sources }),
            ingresses: {
              people: {
                principals: ['user:default/*'],
                sources: ['/people'],
                types: ['io.example.*'],
              },
              ...options.ingresses,
            },
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
