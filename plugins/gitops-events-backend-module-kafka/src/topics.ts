import { ConfigResourceTypes, type Admin } from 'kafkajs';
import type { BusDurability } from '@gitops-events/plugin-gitops-events-node';
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
}

/** The topic of an event: the first whose types match. */
export function topicFor(type: string, topics: TopicConfig[]): string {
  const fits = (pattern: string) =>
    pattern.endsWith('*')
      ? type.startsWith(pattern.slice(0, -1))
      : type === pattern;
  return topics.find(({ types }) => types.some(fits))!.topic;
}

/** The weakest of the topics says what an acknowledgement means. */
export function durabilityOf(topics: TopicState[]): BusDurability {
  const isReplicated = topics.every(
    ({ replicas, minInSync, unclean }) =>
      replicas >= 3 && minInSync >= 2 && !unclean,
  );
  return isReplicated ? 'replicated' : 'relaxed';
}

/** Creates the topics that are missing, and leaves the others as they are. */
export async function ensureTopics(
  admin: Admin,
  config: KafkaConfig,
): Promise<void> {
  const known = new Set(await admin.listTopics());
  const wanted = new Map(config.topics.map(one => [one.topic, one]));
  const missing = [...wanted.values()].filter(({ topic }) => !known.has(topic));
  if (missing.length === 0) return;
  const { replicas, retentionDays } = config;
  await admin.createTopics({
    waitForLeaders: true,
    topics: missing.map(({ topic, partitions }) => ({
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
    })),
  });
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

export async function readTopics(
  admin: Admin,
  config: Pick<KafkaConfig, 'topics'>,
): Promise<TopicState[]> {
  const topics = [...new Set(config.topics.map(({ topic }) => topic))];
  const { topics: found } = await admin.fetchTopicMetadata({ topics });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(name => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  return found.map(({ name, partitions }) => {
    const entries = new Map<string, string>(
      resources
        .find(({ resourceName }) => resourceName === name)
        ?.configEntries.map(entry => [entry.configName, entry.configValue]),
    );
    refuseUnfit(name, entries);
    const kept = Number(entries.get('retention.ms') ?? -1);
    return {
      topic: name,
      partitions: partitions
        .map(({ partitionId }) => partitionId)
        .sort((a, b) => a - b),
      replicas: Math.min(...partitions.map(one => one.replicas.length)),
      minInSync: Number(entries.get('min.insync.replicas') ?? 1),
      unclean: entries.get('unclean.leader.election.enable') === 'true',
      keptMs: kept > 0 ? kept : undefined,
    };
  });
}
