import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import waitForExpect from 'wait-for-expect';
import { describeWithNats, startRealNats } from './__testUtils__/realNats';
import { createForeignStream, publishTo } from './__testUtils__/testNats';
import { startPortal } from './__testUtils__/testPortal';

jest.setTimeout(120_000);
waitForExpect.defaults.timeout = 30_000;

const ALLOWED_MS = 60_000;

describeWithNats('a portal that reads streams of others', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const ends: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    while (ends.length > 0) await ends.pop()!();
  });

  it('begins a stream that it could not see at first where it looked for it, and forgets one that was taken out', async () => {
    const password = 'of-the-shop';
    const server = await startRealNats(`accounts {
  SHOP { jetstream: enabled, users: [ { user: shop, password: "${password}" } ] }
  OTHER { jetstream: enabled, users: [ { user: other, password: "${password}" } ] }
}
no_auth_user: shop`);
    ends.push(server.remove);
    const directory = await mkdtemp(
      path.join(tmpdir(), 'gitops-events-nats-sources-'),
    );
    ends.push(() => rm(directory, { recursive: true }));
    const stream = await createForeignStream(server);
    const publish = (id: string) =>
      publishTo(server, `${stream}.placed`, [
        {
          value: '{}',
          headers: {
            ...{ 'ce-specversion': '1.0', 'ce-id': id },
            ...{ 'ce-source': '/orders', 'ce-type': 'orders.placed' },
          },
        },
      ]);
    const knex = await databases.init('SQLITE_3');
    const start = async (user: string) => {
      const portal = await startPortal({
        ...{ directory, features: [mockServices.database.factory({ knex })] },
        ingresses: {
          orders: {
            ...{ principals: [], sources: ['/orders'], types: ['orders.*'] },
          },
        },
        sources: {
          orders: {
            ...{ kind: 'nats', ingress: 'orders', start: 'latest', stream },
            ...{ servers: [server.address], auth: { user, password } },
          },
        },
      });
      ends.push(portal.stop);
      return portal;
    };
    const awaited = () => knex('awaited_topics').pluck('topic');

    await publish('old');
    const first = await start('other');
    await waitForExpect(async () => expect(await awaited()).toEqual([stream]));
    await first.stop();
    await publish('new');
    // As if the old one had been written a minute before.
    await knex('awaited_topics').increment('at', ALLOWED_MS);
    await knex('awaited_topics').insert({
      ...{ source: 'gone', topic: 'removed' },
      seen_at: Date.now() - 31 * 86_400_000,
    });
    const portal = await start('shop');
    await waitForExpect(async () => {
      const { state, partitions } = (await portal.get('sources')).items[0];
      expect({ state, behind: partitions[0]?.behind }).toEqual({
        ...{ state: 'reading', behind: 0 },
      });
    });
    expect(await portal.logged()).toEqual(['new']);
    await waitForExpect(async () => expect(await awaited()).toEqual([stream]));
  });
});
