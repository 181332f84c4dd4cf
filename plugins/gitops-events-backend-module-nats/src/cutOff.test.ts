import { mockServices } from '@backstage/backend-test-utils';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import {
  describeWithNats,
  startRealNats,
  type RealNats,
} from './__testUtils__/realNats';
import { asAdmin, testConfig } from './__testUtils__/testNats';
import { NatsBus } from './natsBus';
import { NatsSource } from './natsSource';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

describeWithNats('a server that is cut off from its cluster', () => {
  let alone: RealNats;
  let other: RealNats;
  beforeAll(async () => {
    alone = await startRealNats(`server_name: "alone"
cluster { name: "test", listen: "127.0.0.1:-1", routes: ["nats://127.0.0.1:1", "nats://127.0.0.1:2"] }`);
    other = await startRealNats();
  });
  afterAll(() => Promise.all([alone.remove(), other.remove()]));

  it('is left for another one of the list, though it answers pings', async () => {
    await other.kill();
    const bus = new NatsBus(
      testConfig([alone.address, other.address]),
      mockServices.logger.mock(),
    );
    const starting = bus.start();
    await waitForExpect(() =>
      expect(bus.health().message).toContain('It is tried on.'),
    );
    await other.start();
    await waitForExpect(async () =>
      expect(await bus.publish([incomingEvent()])).toEqual([
        { result: 'accepted' },
      ]),
    );
    await starting;
    await bus.stop();
  });

  it('is left by an event source as well', async () => {
    const stream = 'orders';
    await asAdmin(other, ({ streams }) =>
      streams.add({ name: stream, subjects: [stream] }),
    );
    await other.kill();
    const source = new NatsSource(
      {
        ...{ servers: [alone.address, other.address], name: 'test', stream },
        ...{ subjects: [], key: 'gitopsEvents.sources.orders' },
      },
      mockServices.logger.mock(),
    );
    expect((await source.partitions()).trouble).toContain('It is tried on.');
    await other.start();
    await waitForExpect(async () =>
      expect(await source.partitions()).toEqual({
        found: [{ partition: stream, topic: stream }],
      }),
    );
    await source.stop();
  });
});
