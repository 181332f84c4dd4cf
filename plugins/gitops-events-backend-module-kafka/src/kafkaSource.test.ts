import { Kafka, logLevel } from 'kafkajs';
import { eventSourceContract } from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  describeWithKafka,
  startRealKafka,
  type RealKafka,
} from './__testUtils__/realKafka';
import { produce, sourceUnderTest } from './__testUtils__/testKafka';

jest.setTimeout(60_000);

describeWithKafka('an event source on a real Kafka', () => {
  let server: RealKafka;
  beforeAll(async () => {
    server = await startRealKafka();
  });
  afterAll(() => server.remove());

  eventSourceContract(() => sourceUnderTest(server));

  it('begins with the oldest where nobody can tell what was written since a moment', async () => {
    const { source, partition } = await sourceUnderTest(server);
    const [topic] = partition.split(':');
    const now = Date.now();
    const write = (timestamp: number) =>
      produce(server, topic, [{ value: '', timestamp: String(timestamp) }]);
    const begin = async () =>
      JSON.parse(await source.position(partition, { since: now - 60_000 }))
        .offset;
    const untimed = -1;
    expect(await begin()).toBe('0');
    await write(untimed);
    expect(await begin()).toBe('0');
    await write(now - 3_600_000);
    expect(await begin()).toBe('2');
    await write(untimed);
    expect(await begin()).toBe('0');
    await write(now - 3_600_000);
    await write(now);
    await write(now - 3_600_000);
    expect(await begin()).toBe('4');
    await source.stop();
  });

  it('passes over what was written in a transaction that was given up', async () => {
    const { source, partition, send } = await sourceUnderTest(server);
    const [topic] = partition.split(':');
    const producer = new Kafka({
      ...{ brokers: server.addresses, logLevel: logLevel.NOTHING },
    }).producer({
      ...{ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 },
    });
    await producer.connect();
    const write = async (value: string, end: 'abort' | 'commit') => {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      await transaction[end]();
    };
    await write('given up', 'abort');
    await write('kept', 'commit');
    await write('given up again', 'abort');
    await producer.disconnect();
    await send([{ value: 'plain' }]);
    const values: string[] = [];
    const abort = new AbortController();
    await source.start({
      ...{ partition, signal: abort.signal, trouble: () => {} },
      position: await source.position(partition, 'oldest'),
      emit: async ({ messages }) => {
        values.push(...messages.map(one => Buffer.from(one.value!).toString()));
        if (values.includes('plain')) abort.abort();
      },
    });
    expect(values).toEqual(['kept', 'plain']);
    await source.stop();
  });
});
