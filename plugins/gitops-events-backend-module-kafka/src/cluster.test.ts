import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import waitForExpect from 'wait-for-expect';
import {
  incomingEvent,
  startSending,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  startKafkaCluster,
  type KafkaCluster,
} from './__testUtils__/kafkaCluster';
import { startPortal } from './__testUtils__/portal';
import { describeWithKafka } from './__testUtils__/realKafka';
import { asAdmin, startBus } from './__testUtils__/testKafka';

jest.setTimeout(180_000);
waitForExpect.defaults.timeout = 60_000;

describeWithKafka('three brokers', () => {
  let cluster: KafkaCluster;
  let folder: string;
  beforeAll(async () => {
    cluster = await startKafkaCluster(3);
    folder = await mkdtemp(
      path.join(tmpdir(), 'gitops-events-cluster-portal-'),
    );
  });
  afterAll(async () => {
    await cluster?.remove();
    await rm(folder, { recursive: true });
  });

  const partitionsOf = (topic: string) =>
    asAdmin(cluster, async admin => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0].partitions;
    });
  /** Of the partition that has the fewest. */
  const inSync = async (topic: string) =>
    Math.min(...(await partitionsOf(topic)).map(({ isr }) => isr.length));

  it('lose nothing that was acknowledged, and no order, while they are killed', async () => {
    const topic = `cluster-${randomUUID()}`;
    const portal = await startPortal({
      folder,
      kafka: { brokers: cluster.addresses, defaultTopic: topic },
      bus: { kind: 'kafka' },
    });
    expect((await portal.get('overview')).bus).toMatchObject({
      durability: 'replicated',
    });
    const startCaller = (name: string, key: string) => {
      const sender = startSending(id => portal.send(id, key), name);
      return { name, key, ...sender };
    };
    const callers = [
      ...['a', 'b', 'c'].map(key => startCaller(`key ${key}`, key)),
      ...[1, 2, 3, 4, 5].map(n => startCaller(`none ${n}`, '')),
    ];
    const count = () =>
      callers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
    const refusals = () =>
      callers.reduce((sum, { refused }) => sum + refused.length, 0);
    const more = async (of: () => number, by: number) => {
      const before = of();
      await waitForExpect(() => expect(of()).toBeGreaterThan(before + by));
    };

    for (const partition of [0, 1]) {
      await more(count, 30);
      const { leader } = (await partitionsOf(topic)).find(
        ({ partitionId }) => partitionId === partition,
      )!;
      const broker = cluster.brokers.get(leader)!;
      await broker.kill();
      // Each caller is answered again, whichever partition it sends to.
      await Promise.all(callers.map(caller => caller.untilAcknowledged(3)));
      await broker.start();
      await waitForExpect(async () => expect(await inSync(topic)).toBe(3));
    }

    await Promise.all([1, 2].map(id => cluster.brokers.get(id)!.kill()));
    await waitForExpect(async () =>
      expect((await portal.get('overview')).bus.broker.message).toContain(
        'Too few brokers are up to confirm an event',
      ),
    );
    const before = count();
    await more(refusals, 3);
    expect(count()).toBe(before);
    await Promise.all([1, 2].map(id => cluster.brokers.get(id)!.start()));
    await Promise.all(callers.map(caller => caller.untilAcknowledged(6)));

    await Promise.all(callers.map(caller => caller.stop()));
    const sent = callers.flatMap(({ acknowledged }) => acknowledged);
    await waitForExpect(async () =>
      expect((await portal.logged()).sort()).toEqual([...sent].sort()),
    );
    const logged = await portal.logged();
    for (const { name, acknowledged } of callers.filter(({ key }) => key)) {
      const its = logged.filter(id => id.startsWith(name));
      expect(its).toEqual(acknowledged);
    }
    await portal.stop();
  });

  it('answer for one topic where nobody leads another', async () => {
    const lone = `alerts-${randomUUID()}`;
    const other = `test-${randomUUID()}`;
    await asAdmin(cluster, admin =>
      admin.createTopics({
        waitForLeaders: true,
        topics: [
          {
            topic: lone,
            replicaAssignment: [{ partition: 0, replicas: [3] }],
          },
        ],
      }),
    );
    const { bus } = await startBus(cluster, {
      topics: [
        { topic: lone, types: ['io.prometheus.*'], partitions: 1 },
        { topic: other, types: ['*'], partitions: 1 },
      ],
      ...{ replicas: 3, lookMs: 200 },
    });
    const alert = () => incomingEvent({ type: 'io.prometheus.alert' });
    expect(await bus.publish([alert(), incomingEvent()])).toHaveLength(2);
    await cluster.brokers.get(3)!.kill();
    await waitForExpect(() =>
      expect(bus.health()).toMatchObject({
        state: 'up',
        message: expect.stringContaining(
          `The topic ${lone}: No broker leads one of its partitions now`,
        ),
      }),
    );
    await waitForExpect(async () =>
      expect(await bus.publish([incomingEvent()])).toHaveLength(1),
    );
    await expect(bus.publish([alert()])).rejects.toThrow('No broker leads');
    expect(await bus.publish([incomingEvent()])).toHaveLength(1);
    await cluster.brokers.get(3)!.start();
    await waitForExpect(async () =>
      expect(await bus.publish([alert()])).toHaveLength(1),
    );
    await bus.stop();
  });
});
