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
import { gitopsEventsModuleNats } from '../module';

/** A portal whose events go through NATS. */
export async function startPortal(options: {
  nats: object;
  bus: object;
  /** For its repositories. */
  directory: string;
}) {
  const { nats, bus, directory } = options;
  const backend = await startTestBackend({
    features: [
      gitopsEventsPlugin,
      gitopsEventsModuleNats,
      catalogServiceMock.factory(),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost:3000' },
          gitopsEvents: {
            ...{ durability: 'relaxed', bus, nats, local: { directory } },
            ingresses: {
              people: {
                principals: ['user:default/*'],
                sources: ['/people'],
                types: ['io.example.*'],
              },
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
