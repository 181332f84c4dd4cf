import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  incomingEvent,
  readAtLeast,
  startSending,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { startPortal } from './__testUtils__/portal';
import {
  describeWithKafka,
  startRealKafka,
  type RealKafka,
} from './__testUtils__/realKafka';
import { asAdmin, busUnderTest } from './__testUtils__/testKafka';

jest.setTimeout(120_000);
waitForExpect.defaults.timeout = 30_000;

describeWithKafka('the portal behind a real Kafka', () => {
  let server: RealKafka;
  let folder: string;
  beforeAll(async () => {
    server = await startRealKafka();
    folder = await mkdtemp(path.join(tmpdir(), 'gitops-events-kafka-portal-'));
  });
  afterAll(async () => {
    await server.remove();
    await rm(folder, { recursive: true });
  });

  const start = (kafka: object, bus: object) =>
    startPortal({ folder, kafka, bus });

  it('loses nothing that it acknowledged, keeps its order and takes nothing in twice while Kafka is killed', async () => {
    const kafka = {
      ...{ brokers: [server.address], replicas: 1 },
      defaultTopic: `portal-${randomUUID()}`,
    };
    const portal = await start(kafka, { kind: 'kafka', durability: 'relaxed' });
    const sending = startSending(id => portal.send(id));
    for (let kill = 0; kill < 2; kill++) {
      await sending.untilAcknowledged(51);
      await server.kill();
      await sending.untilRefused(1);
      await server.start();
    }
    await sending.untilAcknowledged(11);
    await sending.stop();
    await waitForExpect(async () =>
      expect(await portal.logged()).toEqual(sending.acknowledged),
    );
    const { bus } = await portal.get('overview');
    expect(bus).toMatchObject({ kind: 'kafka', broker: { state: 'up' } });
    await portal.stop();
  });

  it('does not start on fewer brokers than it promises, unless that is configured', async () => {
    const kafka = {
      ...{ brokers: [server.address], replicas: 1 },
      defaultTopic: `portal-${randomUUID()}`,
    };
    await expect(start(kafka, { kind: 'kafka' })).rejects.toThrow(
      'gitopsEvents.bus.durability: relaxed',
    );
  });

  it('takes more at once than a broker does, and refuses alone what none takes', async () => {
    const { bus, partition } = await busUnderTest(server);
    const sized = (bytes: number) =>
      incomingEvent({ data: Buffer.alloc(bytes, 7), partitionKey: 'one' });
    const events = [
      ...Array.from({ length: 30 }, () => sized(100_000)),
      sized(1_500_000),
      sized(10),
    ];
    const outcomes = await bus.publish(events);
    const refused = outcomes.flatMap(({ result }, at) =>
      result === 'refused' ? at : [],
    );
    expect(refused).toEqual([30]);
    const read = await readAtLeast(bus, { partition, atLeast: 31 });
    expect(read.events.map(({ uid }) => uid)).toEqual(
      events.filter((_, at) => at !== 30).map(({ uid }) => uid),
    );
    await bus.stop();
  });

  it('sends each type to its topic, and makes records that others can read', async () => {
    const test = await busUnderTest(server);
    const other = `git-${randomUUID()}`;
    const both = await busUnderTest(server, {
      topics: [
        { topic: other, types: ['com.github.*'], partitions: 2 },
        { topic: test.topic, types: ['*'], partitions: 1 },
      ],
    });
    expect(await both.bus.partitions()).toEqual(
      [`${other}:0`, `${other}:1`, test.partition].sort(),
    );
    const keyed = (type: string, subject: string) =>
      incomingEvent({ type, subject });
    await both.bus.publish([
      ...['a', 'b', 'c', 'd'].map(key => keyed('com.github.push', key)),
      keyed('com.githubby', 'a'),
    ]);
    const offsets = await asAdmin(server, async admin => ({
      git: await admin.fetchTopicOffsets(other),
      rest: await admin.fetchTopicOffsets(test.topic),
    }));
    const count = (of: Array<{ offset: string }>) =>
      of.reduce((sum, { offset }) => sum + Number(offset), 0);
    expect([count(offsets.git), count(offsets.rest)]).toEqual([4, 1]);
    await both.bus.stop();
    await test.bus.stop();
  });
});
