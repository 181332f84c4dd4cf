import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSending } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import {
  describeWithNats,
  startRealCluster,
  startRealNats,
} from './__testUtils__/realNats';
import { startPortal } from './__testUtils__/testPortal';

jest.setTimeout(120_000);
waitForExpect.defaults.timeout = 60_000;

describeWithNats('the portal behind a real NATS server', () => {
  let directory: string;
  const ends: Array<() => Promise<unknown>> = [];
  beforeEach(async () => {
    directory = await mkdtemp(
      path.join(tmpdir(), 'gitops-events-nats-portal-'),
    );
    ends.push(() => rm(directory, { recursive: true }));
  });
  afterEach(async () => {
    while (ends.length > 0) await ends.pop()!();
  });
  const start = (servers: Array<{ address: string }>, bus: object) =>
    startPortal({
      ...{ bus, directory },
      nats: {
        servers: servers.map(({ address }) => address),
        defaultStream: `portal-${randomUUID()}`,
        ...{ partitions: 2, maxBytes: 50_000_000 },
      },
    });

  it('loses nothing that it acknowledged, keeps its order and takes nothing in twice while the server is killed', async () => {
    const server = await startRealNats();
    ends.push(server.remove);
    await expect(start([server], { kind: 'nats' })).rejects.toThrow(
      'gitopsEvents.bus.durability: relaxed',
    );
    const portal = await start([server], {
      ...{ kind: 'nats', durability: 'relaxed' },
    });
    ends.push(portal.stop);
    const sending = startSending(id => portal.send(id));
    for (let kill = 0; kill < 2; kill++) {
      await sending.untilAcknowledged(50);
      await server.kill();
      await sending.untilRefused(2);
      await server.start();
    }
    await sending.untilAcknowledged(10);
    await sending.stop();
    await waitForExpect(async () =>
      expect(await portal.logged()).toEqual(sending.acknowledged),
    );
    const { bus } = await portal.get('overview');
    expect(bus).toMatchObject({
      ...{ kind: 'nats', durability: 'relaxed', broker: { state: 'up' } },
    });
  });

  it('says replicated in a cluster of three, goes on without one, answers 503 without two, and loses nothing', async () => {
    const nodes = await startRealCluster(3);
    for (const node of nodes) ends.push(node.remove);
    const portal = await start(nodes, { kind: 'nats' });
    ends.push(portal.stop);
    const sending = startSending(id => portal.send(id));
    await sending.untilAcknowledged(30);
    const { bus } = await portal.get('overview');
    expect(bus).toMatchObject({
      ...{ kind: 'nats', durability: 'replicated', broker: { state: 'up' } },
    });
    await nodes[0].kill();
    await sending.untilAcknowledged(30);
    await nodes[1].kill();
    await sending.untilRefused(5);
    await nodes[1].start();
    await sending.untilAcknowledged(30);
    await nodes[0].start();
    await sending.untilAcknowledged(10);
    await sending.stop();
    await waitForExpect(async () =>
      expect(await portal.logged()).toEqual(sending.acknowledged),
    );
  });
});
