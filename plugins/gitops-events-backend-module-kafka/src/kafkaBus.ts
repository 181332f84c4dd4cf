import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Kafka } from 'kafkajs';
import type {
  BrokerHealth,
  BusDurability,
  BusPosition,
  EventBatch,
  EventBroker,
  IncomingEvent,
  PartitionStatus,
  PublishOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import { createClient } from './client';
import {
  createCluster,
  fetchRecords,
  readBounds,
  type Cluster,
} from './cluster';
import type { KafkaConfig } from './config';
import { placeOf, positionOf, readPartition } from './partitionReader';
import { portionsOf, type Portion } from './portions';
import { probeOf } from './records';
import { Sender } from './sender';
import { inWords, isTooLarge, typeOf } from './troubles';
import {
  durabilityOf,
  ensureTopics,
  readTopics,
  topicFor,
  type TopicState,
} from './topics';

const LOOK_MS = 10_000;
const LOOK_WHILE_DOWN_MS = 1_000;

const tooLarge: PublishOutcome = {
  result: 'refused',
  message:
    'it is larger than Kafka takes; send a reference to its payload instead',
};

/**
 * The event bus on Kafka: a topic for each kind of events, read from positions
 * of our own. It needs no consumer group, no transaction and no offset of the
 * brokers' keeping.
 */
export class KafkaBus implements EventBroker {
  readonly kind = 'kafka';
  private readonly kafka: Kafka;
  private readonly sender: Sender;
  private readonly ending = new AbortController();
  private readonly reads = new Set<Promise<void>>();
  private topics: TopicState[] | undefined;
  private state: BrokerHealth = {
    ...{ state: 'down', since: Date.now() },
    message: 'It was not asked yet.',
  };
  /** Why the last sending failed, though brokers answer. */
  private refused: string | undefined;
  private cluster: Promise<Cluster> | undefined;
  private watching: Promise<void> | undefined;
  private pausing: AbortController | undefined;

  constructor(
    private readonly config: KafkaConfig,
    private readonly logger: LoggerService,
  ) {
    this.kafka = createClient(config, logger);
    this.sender = new Sender(this.kafka);
  }

  get durability(): BusDurability | undefined {
    return this.topics && durabilityOf(this.topics);
  }

  health(): BrokerHealth {
    const { message = this.refused } = this.state;
    return { ...this.state, ...(message && { message }) };
  }

  async start(): Promise<void> {
    let wait = LOOK_WHILE_DOWN_MS;
    while (!(await this.look()) && !this.ending.signal.aborted) {
      await this.pause(wait);
      wait = Math.min(wait * 2, LOOK_MS);
    }
    this.watching ??= this.watch();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.watching;
    await Promise.allSettled(this.reads);
    await this.sender.stop();
    const cluster = await this.cluster?.catch(() => undefined);
    this.cluster = undefined;
    await cluster?.disconnect();
  }

  async publish(events: IncomingEvent[]): Promise<PublishOutcome[]> {
    const outcomes: PublishOutcome[] = [];
    for (const portion of portionsOf(events)) {
      outcomes.push(...(await this.publishPortion(portion)));
    }
    return outcomes;
  }

  async probe(name: string, mark: string): Promise<void> {
    const { topic, partition } = splitName(name);
    await this.send([{ topic, messages: [{ ...probeOf(mark), partition }] }]);
  }

  async partitions(): Promise<string[]> {
    if (!this.topics) throw new Error(this.state.message);
    return this.topics
      .flatMap(({ topic, partitions }) =>
        partitions.map(partition => `${topic}:${partition}`),
      )
      .sort();
  }

  async read(options: {
    partition: string;
    from: BusPosition | undefined;
    onBatch(batch: EventBatch): Promise<void>;
    signal: AbortSignal;
  }): Promise<void> {
    const { partition: name, from, onBatch } = options;
    const reading = readPartition(
      {
        ...{ kafka: this.kafka, name, onBatch, ...splitName(name) },
        signal: AbortSignal.any([options.signal, this.ending.signal]),
        trouble: () => this.wake(),
      },
      from,
    );
    this.reads.add(reading);
    try {
      await reading;
    } finally {
      this.reads.delete(reading);
    }
  }

  async position(name: string, from: 'oldest' | 'newest') {
    const { topic, partition } = splitName(name);
    const bounds = await this.ask(cluster =>
      readBounds(cluster, topic, [partition]),
    );
    const { oldest, next } = bounds.get(partition)!;
    return positionOf({ offset: from === 'oldest' ? oldest : next });
  }

  async status(
    positions: ReadonlyMap<string, BusPosition>,
  ): Promise<PartitionStatus[]> {
    const topics = this.topics ?? [];
    return this.ask(async cluster => {
      const statuses: PartitionStatus[] = [];
      for (const { topic, partitions, keptMs } of topics) {
        const bounds = await readBounds(cluster, topic, partitions);
        for (const [partition, { oldest, next }] of bounds) {
          const name = `${topic}:${partition}`;
          const { offset } = placeOf(positions.get(name));
          const from = offset > oldest ? offset : oldest;
          const lag = from < next ? Number(next - from) : 0;
          const [first] =
            lag === 0
              ? []
              : await fetchRecords(
                  cluster,
                  { topic, partition, offset: from },
                  1_024,
                );
          statuses.push({
            ...{ partition: name, lag, keptMs },
            unreadSince: first && Number(first.timestamp),
          });
        }
      }
      return statuses;
    });
  }

  private async publishPortion(portion: Portion): Promise<PublishOutcome[]> {
    const topics = portion.map(({ type }) =>
      topicFor(type, this.config.topics),
    );
    try {
      await this.send(
        [...new Set(topics)].map(topic => ({
          topic,
          messages: portion.flatMap(({ message }, at) =>
            topics[at] === topic ? message : [],
          ),
        })),
      );
      return portion.map(() => ({ result: 'accepted' }));
    } catch (error) {
      if (!isTooLarge(error)) throw error;
    }
    if (portion.length === 1) return [tooLarge];
    const outcomes: PublishOutcome[] = [];
    for (const one of portion) {
      outcomes.push(...(await this.publishPortion([one])));
    }
    return outcomes;
  }

  private async send(batch: Parameters<Sender['send']>[0]): Promise<void> {
    if (this.ending.signal.aborted) throw new Error('It was stopped.');
    // Who asks in vain waits some seconds: that is for the look, not for every sender.
    if (this.state.state === 'down') throw new Error(this.state.message);
    try {
      await this.sender.send(batch);
    } catch (error) {
      // What a broker answers may be the trouble of one partition.
      if (typeOf(error) === undefined) this.tell(error);
      else this.refused = inWords(error, this.config);
      this.wake();
      throw error;
    }
    this.refused = undefined;
  }

  /** Over one connection that is kept; whoever fails on it leaves it behind. */
  private async ask<T>(question: (cluster: Cluster) => Promise<T>): Promise<T> {
    this.cluster ??= (async () => {
      const cluster = createCluster(this.kafka);
      await cluster.connect();
      return cluster;
    })();
    const asked = this.cluster;
    try {
      return await question(await asked);
    } catch (error) {
      if (this.cluster === asked) this.cluster = undefined;
      await asked.then(one => one.disconnect()).catch(() => {});
      throw error;
    }
  }

  private async watch(): Promise<void> {
    while (!this.ending.signal.aborted) {
      const isDown = this.state.state === 'down';
      await this.pause(isDown ? LOOK_WHILE_DOWN_MS : LOOK_MS);
      if (!this.ending.signal.aborted) await this.look();
    }
  }

  /** Asks the brokers how it stands; true when they said so. */
  private async look(): Promise<boolean> {
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      await ensureTopics(admin, this.config);
      this.topics = await readTopics(admin, this.config);
      if (this.state.state === 'down') {
        this.state = { state: 'up', since: Date.now() };
        this.logger.info('Kafka answers');
      }
      return true;
    } catch (error) {
      this.tell(error);
      return false;
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }

  private tell(error: unknown): void {
    if (this.ending.signal.aborted) return;
    const message = inWords(error, this.config);
    if (message !== this.state.message) {
      this.logger.warn(`Kafka: ${message} The cause: ${String(error)}`);
    }
    const since = this.state.state === 'up' ? Date.now() : this.state.since;
    this.state = { state: 'down', since, message };
  }

  /** Looks now. */
  private wake(): void {
    this.pausing?.abort();
  }

  private async pause(ms: number): Promise<void> {
    this.pausing = new AbortController();
    const signal = AbortSignal.any([this.ending.signal, this.pausing.signal]);
    await sleep(ms, undefined, { signal }).catch(() => {});
  }
}

function splitName(name: string): { topic: string; partition: number } {
  const at = name.lastIndexOf(':');
  return { topic: name.slice(0, at), partition: Number(name.slice(at + 1)) };
}
