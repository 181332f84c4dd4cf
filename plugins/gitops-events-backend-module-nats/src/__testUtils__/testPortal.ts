import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import waitForExpect from 'wait-for-expect';
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
  const base = `http://localhost:${backend.server.port()}/api/gitops-events/v1`;
  const authorization = mockCredentials.user.header('user:default/pia');
  const get = async (url: string) =>
    (await fetch(`${base}/${url}`, { headers: { authorization } })).json();
  return {
    stop: () => backend.stop(),
    get,
    send: (id: string) =>
      fetch(`${base}/events`, {
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          'ce-specversion': '1.0',
          'ce-id': id,
          'ce-source': '/people',
          'ce-type': 'io.example.pushed',
          'ce-partitionkey': 'one',
        },
        body: JSON.stringify({ id }),
      }),
    /** Ids in the log, oldest first. */
    async logged() {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await get(
          `events?limit=200${cursor ? `&cursor=${cursor}` : ''}`,
        );
        ids.push(...page.items.map(({ id }: { id: string }) => id));
        cursor = page.nextCursor;
      } while (cursor);
      return ids.reverse();
    },
  };
}

type Portal = Awaited<ReturnType<typeof startPortal>>;

/** Sends events one after the other, each until it is acknowledged: so the log must have their order. */
export function startSending(portal: Pick<Portal, 'send'>) {
  const acknowledged: string[] = [];
  const refused: string[] = [];
  let going = true;
  const done = (async () => {
    for (let sent = 0; going; sent++) {
      const id = `event ${sent}`;
      for (let status = 0; status !== 202;) {
        const answer = await portal.send(id);
        status = answer.status;
        if (status === 202) continue;
        refused.push(id);
        expect(status).toBe(503);
        expect(answer.headers.get('retry-after')).toBe('1');
        await new Promise(again => setTimeout(again, 100));
      }
      acknowledged.push(id);
    }
  })();
  const more = (list: string[]) => (count: number) => {
    const before = list.length;
    return waitForExpect(() =>
      expect(list.length).toBeGreaterThanOrEqual(before + count),
    );
  };
  return {
    acknowledged,
    untilAcknowledged: more(acknowledged),
    untilRefused: more(refused),
    stop: async () => {
      going = false;
      await done;
    },
  };
}
