import type { Kafka } from 'kafkajs';
import { markAborted, type AbortedTransaction } from './abortedRecords';

/** A record as the client decodes it. */
export interface FetchedRecord {
  offset: string;
  /** Milliseconds since the epoch. */
  timestamp: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, Buffer | Buffer[] | undefined>;
  /** It only marks the end of a transaction. */
  isControlRecord?: boolean;
  /** It is of a transaction that was given up. */
  isAborted?: boolean;
  /** Of the batch that it was sent in. */
  batchContext?: { producerId: unknown; inTransaction: boolean };
}

/** What we use of the client's inside. */
export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(topic: string): Array<{
    partitionId: number;
    leader: number;
    replicas: number[];
    isr: number[];
  }>;
  findBroker(options: { nodeId: string }): Promise<FetchBroker>;
  findControllerBroker(): Promise<ConfigBroker>;
  fetchTopicsOffset(
    topics: Array<{
      topic: string;
      partitions: Array<{ partition: number }>;
      fromBeginning?: boolean;
      /** Milliseconds since the epoch. */
      fromTimestamp?: number;
    }>,
  ): Promise<
    Array<{
      topic: string;
      partitions: Array<{ partition: number; offset: string }>;
    }>
  >;
}

interface FetchBroker {
  fetch(options: object): Promise<{
    responses: Array<{
      partitions: Array<{
        messages: FetchedRecord[];
        abortedTransactions?: AbortedTransaction[] | null;
      }>;
    }>;
  }>;
}

interface ConfigBroker {
  describeConfigs(options: {
    resources: Array<{ type: number; name: string }>;
    includeSynonyms: boolean;
  }): Promise<{
    resources: Array<{
      configEntries: Array<{ configName: string; configValue: string }>;
    }>;
  }>;
}

const METADATA_MS = 10_000;
const READ_COMMITTED = 1;
const name = 'private:Kafka:createCluster';

/**
 * A connection of its own below the client's consumers. Those belong to groups,
 * whose brokers say who reads what and from where; and where a position is
 * gone they go on elsewhere without a word. Our database says who reads, and a
 * position that is gone must be an error: so we fetch ourselves. The version of
 * the client is pinned for it.
 */
export async function connectCluster(kafka: Kafka): Promise<Cluster> {
  const cluster = createCluster(kafka);
  try {
    await cluster.connect();
    return cluster;
  } catch (error) {
    // Who was not let in is connected all the same.
    await cluster.disconnect().catch(() => {});
    throw error;
  }
}

function createCluster(kafka: Kafka): Cluster {
  const key = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === name,
  );
  if (!key) throw new Error('kafkajs is another one than 2.2.4');
  return (kafka as any)[key]({
    metadataMaxAge: METADATA_MS,
    allowAutoTopicCreation: false,
    isolationLevel: READ_COMMITTED,
  });
}

/**
 * Records from an offset on; none when nothing came within half a second.
 *
 * @throws an error of the type `OFFSET_OUT_OF_RANGE`, among others
 */
export async function fetchRecords(
  cluster: Cluster,
  from: { topic: string; partition: number; offset: bigint },
  maxBytes = 1_048_576,
): Promise<FetchedRecord[]> {
  const { topic, partition, offset } = from;
  await cluster.refreshMetadataIfNecessary();
  const leader = cluster
    .findTopicPartitionMetadata(topic)
    .find(({ partitionId }) => partitionId === partition)?.leader;
  if (leader === undefined || leader < 0) {
    throw new Error(`${topic} has no leader for partition ${partition} now`);
  }
  const broker = await cluster.findBroker({ nodeId: String(leader) });
  const { responses } = await broker.fetch({
    replicaId: -1,
    isolationLevel: READ_COMMITTED,
    ...{ maxWaitTime: 500, minBytes: 1, maxBytes },
    topics: [
      {
        topic,
        partitions: [
          {
            ...{ partition, currentLeaderEpoch: -1, maxBytes },
            fetchOffset: String(offset),
          },
        ],
      },
    ],
  });
  const records = responses.flatMap(({ partitions }) =>
    partitions.flatMap(({ messages, abortedTransactions }) =>
      markAborted(messages, abortedTransactions),
    ),
  );
  // A batch is sent whole, also with what lies before.
  return records.filter(record => BigInt(record.offset) >= offset);
}

/**
 * The partitions of a topic as they are now.
 *
 * @throws an error of the type `UNKNOWN_TOPIC_OR_PARTITION` where it is not there
 */
export async function readPartitions(
  cluster: Cluster,
  topic: string,
): Promise<ReturnType<Cluster['findTopicPartitionMetadata']>> {
  await cluster.addTargetTopic(topic);
  await cluster.refreshMetadata();
  return cluster.findTopicPartitionMetadata(topic);
}

/** The first offset that is still there, and the one that the next record gets. */
export async function readBounds(
  cluster: Cluster,
  topic: string,
  partitions: number[],
): Promise<Map<number, { oldest: bigint; next: bigint }>> {
  await cluster.addTargetTopic(topic);
  await cluster.refreshMetadataIfNecessary();
  const ask = async (fromBeginning: boolean) => {
    const [found] = await cluster.fetchTopicsOffset([
      {
        topic,
        partitions: partitions.map(partition => ({ partition })),
        fromBeginning,
      },
    ]);
    return new Map(
      (found?.partitions ?? []).map(({ partition, offset }) => [
        partition,
        BigInt(offset),
      ]),
    );
  };
  const [oldest, next] = [await ask(true), await ask(false)];
  return new Map(
    [...oldest].map(([partition, offset]) => [
      partition,
      { oldest: offset, next: next.get(partition) ?? offset },
    ]),
  );
}

/**
 * The offset of the first record that says it was written at a moment or later; undefined where none does.
 *
 * @param since - milliseconds since the epoch
 */
export async function readOffsetSince(
  cluster: Cluster,
  { topic, partition }: { topic: string; partition: number },
  since: number,
): Promise<bigint | undefined> {
  const [found] = await cluster.fetchTopicsOffset([
    // What is below has another meaning there.
    { topic, partitions: [{ partition }], fromTimestamp: Math.max(since, 0) },
  ]);
  const offset = BigInt(found.partitions[0].offset);
  return offset < 0n ? undefined : offset;
}
