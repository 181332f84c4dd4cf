import { ConfigResourceTypes, type Kafka } from 'kafkajs';
import type { BusDurability } from '@gitops-events/plugin-gitops-events-node';
import { readPartitions, type Cluster } from './cluster';
import type { KafkaConfig, TopicConfig } from './config';

/** What the brokers say about one of our topics. */
export interface TopicState {
  topic: string;
  partitions: number[];
  /** Of the partition that has the fewest. */
  replicas: number;
  minInSync: number;
  /** Whether a replica that missed something may become the leader. */
  unclean: boolean;
  /** Milliseconds that records are kept; undefined: for ever. */
  keptMs: number | undefined;
  /** Bytes of each partition that are kept; undefined: all. */
  keptBytes: number | undefined;
}

/** The weakest of the topics says what an acknowledgement means. */
export function durabilityOf(topics: TopicState[]): BusDurability {
  const isReplicated = topics.every(
    ({ replicas, minInSync, unclean }) =>
      replicas >= 3 && minInSync >= 2 && !unclean,
  );
  return isReplicated ? 'replicated' : 'relaxed';
}

/** Does nothing where it is there. */
export async function createTopic(
  kafka: Kafka,
  { topic, partitions }: TopicConfig,
  { replicas, retentionDays }: KafkaConfig,
): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic,
          numPartitions: partitions,
          replicationFactor: replicas,
          configEntries: [
            { name: 'cleanup.policy', value: 'delete' },
            { name: 'retention.ms', value: String(retentionDays * 86_400_000) },
            { name: 'retention.bytes', value: '-1' },
            { name: 'compression.type', value: 'producer' },
            { name: 'min.insync.replicas', value: replicas >= 3 ? '2' : '1' },
            { name: 'unclean.leader.election.enable', value: 'false' },
            // So that ages go by one clock for each partition, and not by the senders'.
            { name: 'message.timestamp.type', value: 'LogAppendTime' },
          ],
        },
      ],
    });
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

/** A setting of a topic that would delete or hide events; the message says what to mend. */
export class UnfitTopic extends Error {
  override readonly name = 'UnfitTopic';
}

function refuseUnfit(topic: string, settings: Map<string, string>): void {
  if (settings.get('cleanup.policy')?.includes('compact')) {
    throw new UnfitTopic(
      `The topic ${topic} is compacted, which deletes events that wait. Set its cleanup.policy to delete.`,
    );
  }
  const compression = settings.get('compression.type') ?? 'producer';
  if (!['producer', 'uncompressed', 'gzip'].includes(compression)) {
    throw new UnfitTopic(
      `The topic ${topic} is compressed by ${compression}, which is not read here. Set its compression.type to producer.`,
    );
  }
}

/**
 * Asks about this topic alone: what kafkajs has for it asks about every topic
 * there is, and fails where one of them, anybody's, has no leader.
 *
 * @throws UnfitTopic where events in it would be deleted or hidden; an error of the type
 *   `UNKNOWN_TOPIC_OR_PARTITION` where it is not there
 */
export async function readTopic(
  cluster: Cluster,
  topic: string,
): Promise<TopicState> {
  const partitions = await readPartitions(cluster, topic);
  const broker = await cluster.findControllerBroker();
  const { resources } = await broker.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
  });
  const entries = new Map<string, string>(
    resources[0].configEntries.map(entry => [
      entry.configName,
      entry.configValue,
    ]),
  );
  refuseUnfit(topic, entries);
  const limit = (name: string) => {
    const value = Number(entries.get(name) ?? -1);
    return value > 0 ? value : undefined;
  };
  return {
    topic,
    partitions: partitions
      .map(({ partitionId }) => partitionId)
      .sort((a, b) => a - b),
    replicas: Math.min(...partitions.map(one => one.replicas.length)),
    minInSync: Number(entries.get('min.insync.replicas') ?? 1),
    unclean: entries.get('unclean.leader.election.enable') === 'true',
    keptMs: limit('retention.ms'),
    keptBytes: limit('retention.bytes'),
  };
}
