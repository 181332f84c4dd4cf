import { randomUUID } from 'node:crypto';
import waitForExpect from 'wait-for-expect';
import { mockServices } from '@backstage/backend-test-utils';
import {
  incomingEvent,
  readAtLeast,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { startHoldingProxy } from './__testUtils__/holdingProxy';
import {
  describeWithKafka,
  startRealKafka,
  type RealKafka,
} from './__testUtils__/realKafka';
import { asAdmin, busUnderTest, startBus } from './__testUtils__/testKafka';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const alert = () => incomingEvent({ type: 'io.prometheus.alert' });

describeWithKafka('a topic with which something is wrong', () => {
  let server: RealKafka;
  beforeAll(async () => {
    server = await startRealKafka();
  });
  afterAll(() => server.remove());

  const beside = async (replicas: number) => {
    const good = await busUnderTest(server);
    const bad = `alerts-${randomUUID()}`;
    const { bus } = await busUnderTest(server, {
      topics: [
        { topic: bad, types: ['io.prometheus.*'], partitions: 1 },
        { topic: good.topic, types: ['*'], partitions: 1 },
      ],
      replicas,
      lookMs: 200,
    });
    const stop = () => Promise.all([bus.stop(), good.bus.stop()]);
    return { bus, bad, partition: good.partition, stop };
  };

  it('is left alone where it cannot be created: others take events, and it is told what to do', async () => {
    // There is one broker.
    const { bus, bad, partition, stop } = await beside(3);
    const event = incomingEvent();
    expect(await bus.publish([event])).toEqual([{ result: 'accepted' }]);
    await expect(bus.publish([alert()])).rejects.toThrow('fewer brokers');
    expect(bus.health()).toMatchObject({
      state: 'up',
      message: expect.stringContaining(`The topic ${bad}: There are fewer`),
    });
    expect(await bus.partitions()).toEqual([partition]);
    // Of what is not known nobody may think that it is configured no more.
    const [known, no] = [
      [partition, `${bad}:0`],
      ['gone:0', 'gone'],
    ];
    expect([...known, ...no].filter(one => bus.isConfigured(one))).toEqual(
      known,
    );
    const read = await readAtLeast(bus, { partition, atLeast: 1 });
    expect(read.events).toMatchObject([{ id: event.id }]);
    await stop();
  });

  it('tells how much of what is kept is unread', async () => {
    const { bus, bad, stop } = await beside(1);
    await asAdmin(server, admin =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            ...{ type: 2, name: bad },
            configEntries: [{ name: 'retention.bytes', value: '1000000' }],
          },
        ],
      }),
    );
    const large = () => ({ ...alert(), data: Buffer.alloc(10_000) });
    await bus.publish(Array.from({ length: 60 }, large));
    await waitForExpect(async () => {
      const statuses = await bus.status(new Map());
      const status = statuses.find(one => one.partition === `${bad}:0`)!;
      expect(status).toMatchObject({ keptBytes: 1_000_000, lag: 60 });
      expect(status.unreadBytes).toBeGreaterThan(600_000);
      expect(status.unreadBytes).toBeLessThan(650_000);
    });
    await stop();
  });

  it('is not waited for where it does not answer: the others are told of', async () => {
    const proxy = await startHoldingProxy(server.address);
    const logger = mockServices.logger.mock();
    const servers = { addresses: [proxy.address] };
    const { bus, topic } = await startBus(servers, {}, logger);
    await bus.publish([incomingEvent()]);
    proxy.hold();
    const gaveUp = new Promise<string>(done => {
      logger.debug.mockImplementation(done);
    });
    const statuses = bus.status(new Map(), ['gone:0']);
    expect(await Promise.race([statuses, gaveUp])).toMatchObject([
      { partition: `${topic}:0`, lag: 1 },
    ]);
    proxy.release();
    await bus.stop();
    await proxy.close();
  });

  it('holds up no other once it would delete events, and goes on when it is mended', async () => {
    const { bus, bad, partition, stop } = await beside(1);
    expect(await bus.publish([alert(), incomingEvent()])).toHaveLength(2);
    const set = (value: string) =>
      asAdmin(server, admin =>
        admin.alterConfigs({
          validateOnly: false,
          resources: [
            {
              ...{ type: 2, name: bad },
              configEntries: [{ name: 'cleanup.policy', value }],
            },
          ],
        }),
      );
    await set('compact');
    await waitForExpect(() =>
      expect(bus.health().message).toContain(`${bad} is compacted`),
    );
    await expect(bus.publish([alert()])).rejects.toThrow('is compacted');
    expect(await bus.publish([incomingEvent()])).toEqual([
      { result: 'accepted' },
    ]);
    expect(bus.health().state).toBe('up');
    const statuses = await bus.status(new Map());
    expect(statuses.find(one => one.partition === partition)?.lag).toBe(2);
    await set('delete');
    await waitForExpect(async () =>
      expect(await bus.publish([alert()])).toEqual([{ result: 'accepted' }]),
    );
    await waitForExpect(() => expect(bus.health().message).toBeUndefined());
    await stop();
  });
});
