import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Kafka, Message } from 'kafkajs';
import type {
  BusPosition,
  PartitionStatus,
} from '@gitops-events/plugin-gitops-events-node';
import { fetchRecords, readBounds } from './cluster';
import type { KafkaConfig, TopicConfig } from './config';
import { Connection } from './connection';
import { placeOf, positionOf } from './partitionReader';
import { sizeOfOne } from './recordSize';
import { Sender } from './sender';
import { createTopic, readTopic, type TopicState } from './topicState';
import { inWords, typeOf } from './troubles';

/** Bytes of the first unread records that are asked for, to know when they came, */
const ONE_RECORD = 1_024;
/** and how large they are. */
const SOME_RECORDS = 131_072;
/** How long it is told that a sending failed, where none came after it. */
const REMEMBERED_MS = 15_000;
/** Who asks about all topics waits two seconds: one that is silent longer than this holds up no other. */
const STATUS_MS = 1_500;

/**
 * A topic, with connections of its own: what is wrong with it, or slow, holds
 * up no other.
 */
export class Topic {
  readonly name: string;
  private readonly sender: Sender;
  private readonly connection: Connection;
  /** As it was when it was fit last. */
  private known: TopicState | undefined;
  /** Why nothing can be sent, as the last look found. */
  private trouble: string | undefined;
  /** Why the last sending failed. */
  private refused: string | undefined;
  private refusedAt = 0;

  constructor(
    private readonly options: {
      topic: TopicConfig;
      config: KafkaConfig;
      kafka: Kafka;
      logger: LoggerService;
    },
  ) {
    const { topic, kafka } = options;
    this.name = topic.topic;
    this.sender = new Sender(kafka);
    this.connection = new Connection(kafka);
  }

  get state(): TopicState | undefined {
    return this.known;
  }

  get isFit(): boolean {
    return this.known !== undefined && this.trouble === undefined;
  }

  /** A sentence for whoever runs the portal; undefined where all is well. */
  get message(): string | undefined {
    return this.trouble ?? this.refused;
  }

  /** Asks how it stands, and creates it where it is not there. */
  async look(): Promise<void> {
    const { config, logger } = this.options;
    try {
      this.known = await this.readOrCreate();
      this.trouble = undefined;
      // Where nobody sends any more, it is no news.
      const isOld = performance.now() - this.refusedAt > REMEMBERED_MS;
      if (isOld) this.refused = undefined;
    } catch (error) {
      const message = inWords(error, config);
      if (message !== this.trouble) {
        logger.warn(`Kafka, ${this.name}: ${message} The cause: ${error}`);
      }
      this.trouble = message;
    }
  }

  /** @throws Error where it is not known that every replica in sync has them */
  async send(messages: Message[]): Promise<void> {
    try {
      await this.sender.send([{ topic: this.name, messages }]);
      this.refused = undefined;
    } catch (error) {
      this.refused = inWords(error, this.options.config);
      this.refusedAt = performance.now();
      throw error;
    }
  }

  async position(partition: number, from: 'oldest' | 'newest') {
    const bounds = await this.connection.ask(cluster =>
      readBounds(cluster, this.name, [partition]),
    );
    const { oldest, next } = bounds.get(partition)!;
    return positionOf({ offset: from === 'oldest' ? oldest : next });
  }

  /** None where it does not say, or not soon. */
  async status(
    positions: ReadonlyMap<string, BusPosition>,
    partitions = this.known?.partitions ?? [],
  ): Promise<PartitionStatus[]> {
    if (partitions.length === 0) return [];
    const waiting = new AbortController();
    const none: PartitionStatus[] = [];
    try {
      return await Promise.race([
        this.readStatuses(positions, partitions).catch(() => none),
        sleep(STATUS_MS, none, { signal: waiting.signal }),
      ]);
    } finally {
      waiting.abort();
    }
  }

  async stop(): Promise<void> {
    await this.sender.stop();
    await this.connection.stop();
  }

  private readStatuses(
    positions: ReadonlyMap<string, BusPosition>,
    partitions: number[],
  ): Promise<PartitionStatus[]> {
    return this.connection.ask(async cluster => {
      const bounds = await readBounds(cluster, this.name, partitions);
      const statuses: PartitionStatus[] = [];
      for (const [partition, { oldest, next }] of bounds) {
        const name = `${this.name}:${partition}`;
        const { offset } = placeOf(positions.get(name));
        const from = offset > oldest ? offset : oldest;
        const lag = from < next ? Number(next - from) : 0;
        const { keptMs, keptBytes } = this.known ?? {};
        const some =
          lag === 0
            ? []
            : await fetchRecords(
                cluster,
                { topic: this.name, partition, offset: from },
                keptBytes === undefined ? ONE_RECORD : SOME_RECORDS,
              );
        statuses.push({
          ...{ partition: name, lag, keptMs, keptBytes },
          unreadBytes: keptBytes && Math.round(lag * sizeOfOne(some)),
          unreadSince: some.length > 0 ? Number(some[0].timestamp) : undefined,
        });
      }
      return statuses;
    });
  }

  private async readOrCreate(): Promise<TopicState> {
    const { topic, config, kafka } = this.options;
    const read = () =>
      this.connection.ask(cluster => readTopic(cluster, this.name));
    try {
      return await read();
    } catch (error) {
      if (typeOf(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
    }
    await createTopic(kafka, topic, config);
    return read();
  }
}
