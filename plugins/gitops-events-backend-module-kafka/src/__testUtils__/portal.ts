import { randomUUID } from 'node:crypto';
import path from 'node:path';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
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
  const base = `http://localhost:${backend.server.port()}/api/gitops-events/v1`;
  const authorization = mockCredentials.user.header('user:default/pia');
  const json = async (url: string) =>
    (await fetch(`${base}/${url}`, { headers: { authorization } })).json();
  return {
    stop: () => backend.stop(),
    get: json,
    send: (id: string, key: string | undefined = 'one') =>
      fetch(`${base}/events`, {
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          'ce-specversion': '1.0',
          'ce-id': id,
          'ce-source': '/people',
          'ce-type': 'io.example.pushed',
          ...(key && { 'ce-partitionkey': key }),
        },
        body: JSON.stringify({ id }),
      }),
    /** Ids in the log, oldest first. */
    async logged(): Promise<string[]> {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await json(
          `events?limit=200${cursor ? `&cursor=${cursor}` : ''}`,
        );
        ids.push(...page.items.map(({ id }: { id: string }) => id));
        cursor = page.nextCursor;
      } while (cursor);
      return ids.reverse();
    },
  };
}
