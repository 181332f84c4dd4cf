import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import type { BrokerUnderTest } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { KafkaConfig } from '../config';
import { KafkaBus } from '../kafkaBus';
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
    deleteOldest: count =>
      asAdmin(server, async admin => {
        // It looks the topic up, which deleting does not.
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({
          topic,
          partitions: [{ partition: 0, offset: String(count) }],
        });
      }),
    recreate: () => recreate(server, topic),
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

async function recreate(server: RealKafka, topic: string): Promise<void> {
  await asAdmin(server, async admin => {
    await admin.deleteTopics({ topics: [topic] });
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
