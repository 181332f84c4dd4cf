import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import waitForExpect from 'wait-for-expect';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  startKafkaCluster,
  type KafkaCluster,
} from './__testUtils__/kafkaCluster';
import { startPortal, type Portal } from './__testUtils__/portal';
import { describeWithKafka } from './__testUtils__/realKafka';
import { asAdmin, startBus } from './__testUtils__/testKafka';

jest.setTimeout(180_000);
waitForExpect.defaults.timeout = 60_000;

/** Sends one event after the other, each until it is acknowledged, so the log must have them in their order. */
function startCaller(portal: Portal, name: string, key: string | undefined) {
  const acknowledged: string[] = [];
  const answers = { refused: 0, others: new Set<number>() };
  let sending = true;
  const done = (async () => {
    for (let n = 0; sending; n++) {
      const id = `${name} ${n}`;
      for (;;) {
        const { status } = await portal.send(id, key);
        if (status === 202) break;
        if (status === 503) answers.refused += 1;
        else answers.others.add(status);
        await sleep(50);
      }
      acknowledged.push(id);
      await sleep(5);
    }
  })();
  return {
    ...{ name, key, acknowledged, answers },
    stop: () => {
      sending = false;
      return done;
    },
  };
}

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
    const callers = [
      ...['a', 'b', 'c'].map(key => startCaller(portal, `key ${key}`, key)),
      ...[1, 2, 3, 4, 5].map(n => startCaller(portal, `none ${n}`, '')),
    ];
    const count = () =>
      callers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
    const refusals = () =>
      callers.reduce((sum, { answers }) => sum + answers.refused, 0);
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
      await Promise.all(
        callers.map(({ acknowledged }) => more(() => acknowledged.length, 2)),
      );
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
    await Promise.all(
      callers.map(({ acknowledged }) => more(() => acknowledged.length, 5)),
    );

    await Promise.all(callers.map(caller => caller.stop()));
    const sent = callers.flatMap(({ acknowledged }) => acknowledged);
    await waitForExpect(async () =>
      expect((await portal.logged()).sort()).toEqual([...sent].sort()),
    );
    const logged = await portal.logged();
    expect(callers.flatMap(({ answers }) => [...answers.others])).toEqual([]);
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
