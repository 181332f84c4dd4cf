import { mockServices } from '@backstage/backend-test-utils';
import { ScmIntegrations } from '@backstage/integration';
import { GithubServer } from './__testUtils__/github/githubServer';
import { exampleApp, exampleKeys } from './__testUtils__/testHost';
import { failedDeliveries } from './failedDeliveries';
import { redeliver } from './redeliver';

const now = Date.now();
const attempt = (
  id: number,
  guid: string,
  status: number,
  minutes: number,
) => ({
  ...{ id, guid, status_code: status },
  delivered_at: new Date(now - minutes * 60_000).toISOString(),
});
const hours = 60;

it('asks again for the newest attempt of what nobody took', () => {
  const failed = failedDeliveries(
    [
      attempt(1, 'taken', 202, 30),
      attempt(2, 'taken later', 500, 40),
      attempt(3, 'taken later', 202, 20),
      attempt(4, 'never taken', 502, 60),
      attempt(5, 'never taken', 0, 30),
      attempt(6, 'just now', 500, 0.2),
      attempt(7, 'too old', 500, 73 * hours),
      ...[1, 2, 3, 4, 5].map(n => attempt(10 + n, 'refused', 401, n * hours)),
    ],
    now,
  );
  expect(failed.map(({ id }) => id)).toEqual([5]);
});

it('signs as the App, and asks GitHub for it', async () => {
  const server = await GithubServer.start();
  server.app.publicKey = exampleKeys().publicKey;
  server.app.deliveries.push(
    attempt(1, 'one', 202, 10),
    attempt(2, 'two', 503, 10),
  );
  const { host, apiBaseUrl } = server;
  const integrations = ScmIntegrations.fromConfig(
    mockServices.rootConfig({
      data: {
        integrations: { github: [{ host, apiBaseUrl, apps: [exampleApp()] }] },
      },
    }),
  );
  const logger = mockServices.logger.mock();
  await redeliver({ integrations, logger });
  expect(server.app.redelivered).toEqual([2]);
  expect(logger.warn).not.toHaveBeenCalled();

  // Another key is refused; that is for the log, and for the next turn.
  server.app.publicKey = undefined;
  server.faults.add({ when: /hook/, what: 'answer', status: 401 });
  await redeliver({ integrations, logger });
  expect(logger.warn).toHaveBeenCalledTimes(1);
  await server.stop();
});
