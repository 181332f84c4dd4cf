import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type Message } from 'kafkajs';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import type {
  BrokerUnderTest,
  SourceUnderTest,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { KafkaConfig } from '../config';
import { KafkaBus } from '../kafkaBus';
import { KafkaSource } from '../kafkaSource';
import type { RealKafka } from './realKafka';

interface Servers {
  addresses: string[];
}

/** A bus on topics of its own. */
export async function startBus(
  { addresses }: Servers,
  more: Partial<KafkaConfig> = {},
  logger: LoggerService = mockServices.logger.mock(),
): Promise<{ bus: KafkaBus; topic: string }> {
  const topic = `test-${randomUUID()}`;
  const config: KafkaConfig = {
    ...{ brokers: addresses, clientId: 'test' },
    topics: [{ topic, types: ['*'], partitions: 1 }],
    ...{ replicas: 1, retentionDays: 1 },
    ...more,
  };
  const bus = new KafkaBus(config, logger);
  await bus.start();
  return { bus, topic };
}

/** Such a bus, with the means to break it. */
export async function busUnderTest(
  server: RealKafka,
  more: Partial<KafkaConfig> = {},
): Promise<BrokerUnderTest & { bus: KafkaBus; topic: string }> {
  const { bus, topic } = await startBus(server, more);
  return {
    ...{ bus, topic, partition: `${topic}:0` },
    down: () => server.kill(),
    up: () => server.start(),
    ...topicBreaker(server, topic),
  };
}

/** Deletes what a topic holds. */
function topicBreaker(server: RealKafka, topic: string) {
  return {
    deleteOldest: (count: number) =>
      asAdmin(server, async admin => {
        // It looks the topic up, which deleting does not.
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({
          topic,
          partitions: [{ partition: 0, offset: String(count) }],
        });
      }),
    remove: () => remove(server, topic),
    recreate: async () => (await remove(server, topic))(),
  };
}

/** A topic of others. */
export async function createForeignTopic(
  server: Servers,
  partitions = 1,
  topic = `foreign-${randomUUID()}`,
): Promise<string> {
  await asAdmin(server, admin =>
    admin.createTopics({
      topics: [{ topic, numPartitions: partitions, replicationFactor: 1 }],
      waitForLeaders: true,
    }),
  );
  return topic;
}

/** Sends as others do. */
export async function produce(
  { addresses }: Servers,
  topic: string,
  messages: Message[],
): Promise<void> {
  const producer = new Kafka({
    ...{ brokers: addresses, logLevel: logLevel.NOTHING },
  }).producer();
  await producer.connect();
  try {
    await producer.send({ topic, messages, acks: -1 });
  } finally {
    await producer.disconnect();
  }
}

/** A source on a topic of its own, with the means to break it. */
export async function sourceUnderTest(
  server: RealKafka,
): Promise<SourceUnderTest> {
  const topic = await createForeignTopic(server);
  const { addresses: brokers } = server;
  const source = new KafkaSource(
    { brokers, clientId: 'test', topics: [topic], key: 'test' },
    mockServices.logger.mock(),
  );
  return {
    ...{ source, partition: `${topic}:0` },
    send: messages =>
      produce(
        server,
        topic,
        messages.map(({ key = null, value = null, headers, timestamp }) => ({
          ...{ key, headers },
          value: value === null ? null : Buffer.from(value),
          ...(timestamp !== undefined && { timestamp: String(timestamp) }),
        })),
      ),
    down: () => server.kill(),
    up: () => server.start(),
    ...topicBreaker(server, topic),
  };
}

export async function asAdmin<T>(
  { addresses }: Servers,
  work: (admin: ReturnType<Kafka['admin']>) => Promise<T>,
): Promise<T> {
  const admin = new Kafka({
    brokers: addresses,
    logLevel: logLevel.NOTHING,
  }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** @returns what makes it again */
async function remove(
  server: RealKafka,
  topic: string,
): Promise<() => Promise<void>> {
  await asAdmin(server, admin => admin.deleteTopics({ topics: [topic] }));
  return () =>
    asAdmin(server, async admin => {
      const create = () =>
        admin
          .createTopics({
            topics: [{ topic, numPartitions: 1, replicationFactor: 1 }],
            waitForLeaders: true,
          })
          // Its name is free only a moment later.
          .catch(() => false);
      while (!(await create())) {
        if ((await admin.listTopics()).includes(topic)) return;
      }
    });
}
