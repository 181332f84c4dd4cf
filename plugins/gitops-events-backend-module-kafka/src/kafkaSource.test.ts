import { Kafka, logLevel } from 'kafkajs';
import { eventSourceContract } from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  describeWithKafka,
  startRealKafka,
  type RealKafka,
} from './__testUtils__/realKafka';
import { sourceUnderTest } from './__testUtils__/testKafka';

jest.setTimeout(60_000);

describeWithKafka('an event source on a real Kafka', () => {
  let server: RealKafka;
  beforeAll(async () => {
    server = await startRealKafka();
  });
  afterAll(() => server.remove());

  eventSourceContract(() => sourceUnderTest(server));

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
