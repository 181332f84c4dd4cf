import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Kafka, Message } from 'kafkajs';
import {
  firstForType,
  HealthOfParts,
  publishByPart,
  type BrokerHealth,
  type BusDurability,
  type BusPosition,
  type BusRoute,
  type EventBatch,
  type EventBroker,
  type IncomingEvent,
  type PartitionStatus,
  type PublishOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import { createClient } from './client';
import type { KafkaConfig } from './config';
import { placeOf, readPartition } from './partitionReader';
import { portionsOf } from './portions';
import { batchOf, probeOf } from './records';
import { Topic } from './topic';
import { durabilityOf } from './topicState';
import { isTooLarge } from './troubles';

const LOOK_MS = 10_000;
/** From one to the other, doubled each time, while something is wrong. */
const LOOK_AGAIN_MS = { first: 1_000, last: 5_000 };

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
  private readonly topics: ReadonlyMap<string, Topic>;
  private readonly retired = new Map<string, Topic>();
  private readonly ending = new AbortController();
  private readonly reads = new Set<Promise<void>>();
  private readonly parts: HealthOfParts;
  private starting: Promise<void> | undefined;
  private watching: Promise<void> | undefined;
  private pausing: AbortController | undefined;
  private lookAgainMs = LOOK_AGAIN_MS.first;

  constructor(
    private readonly config: KafkaConfig,
    private readonly logger: LoggerService,
  ) {
    const kafka = createClient(config, logger);
    this.kafka = kafka;
    // The first of a name says how it is created.
    this.topics = new Map(
      config.topics
        .toReversed()
        .map(topic => new Topic({ topic, config, kafka, logger }))
        .map(topic => [topic.name, topic]),
    );
    this.parts = new HealthOfParts(
      () => this.all(),
      () => logger.info('Kafka answers'),
    );
  }

  get durability(): BusDurability | undefined {
    const states = this.all().flatMap(({ state }) => state ?? []);
    return states.length > 0 ? durabilityOf(states) : undefined;
  }

  health(): BrokerHealth {
    return this.parts.tell(
      this.all().flatMap(({ name, message }) =>
        message ? `The topic ${name}: ${message}` : [],
      ),
    );
  }

  route({ type }: IncomingEvent): BusRoute {
    const { name, state } = this.topicOf(type);
    return { name, durability: state && durabilityOf([state]) };
  }

  async start(): Promise<void> {
    this.starting ??= this.firstLooks();
    await this.starting;
    this.watching ??= this.watch();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.starting;
    await this.watching;
    await Promise.allSettled(this.reads);
    await Promise.all(
      [...this.all(), ...this.retired.values()].map(topic => topic.stop()),
    );
  }

  async publish(events: IncomingEvent[]): Promise<PublishOutcome[]> {
    return publishByPart(
      events,
      ({ type }) => this.topicOf(type),
      async (topic, its) => {
        const outcomes: PublishOutcome[] = [];
        for (const portion of portionsOf(its)) {
          outcomes.push(...(await this.publishPortion(topic, portion)));
        }
        return outcomes;
      },
    );
  }

  async probe(name: string, mark: string): Promise<void> {
    const { topic, partition } = this.place(name);
    await this.send(topic, [{ ...probeOf(mark), partition }]);
  }

  async partitions(): Promise<string[]> {
    const known = this.all().flatMap(({ state }) => state ?? []);
    if (known.length === 0) throw new Error(this.parts.cause);
    return known
      .flatMap(({ topic, partitions }) =>
        partitions.map(partition => `${topic}:${partition}`),
      )
      .sort();
  }

  isConfigured(name: string): boolean {
    const { topic, partition } = this.place(name);
    // Nothing is known of one that was not fit since the start.
    const has = topic.state?.partitions.includes(partition) ?? true;
    return this.topics.has(topic.name) && has;
  }

  async read(options: {
    partition: string;
    from: BusPosition | undefined;
    onBatch(batch: EventBatch): Promise<void>;
    signal: AbortSignal;
  }): Promise<void> {
    const { partition: name, from, onBatch } = options;
    const { topic, partition } = this.place(name);
    const reading = readPartition(
      {
        ...{ kafka: this.kafka, name, topic: topic.name, partition },
        signal: AbortSignal.any([options.signal, this.ending.signal]),
        onRecords: (records, next) => onBatch(batchOf(records, next)),
        trouble: error => {
          if (error !== undefined) this.wake();
        },
      },
      placeOf(from),
    );
    this.reads.add(reading);
    try {
      await reading;
    } finally {
      this.reads.delete(reading);
    }
  }

  async position(name: string, from: 'oldest' | 'newest') {
    const { topic, partition } = this.place(name);
    return topic.position(partition, from);
  }

  async status(
    positions: ReadonlyMap<string, BusPosition>,
    beside: readonly string[] = [],
  ): Promise<PartitionStatus[]> {
    const listed = this.all().map(topic => topic.status(positions));
    const out = beside
      .map(name => this.place(name))
      .filter(({ topic }) => !this.topics.has(topic.name))
      .map(({ topic, partition }) => topic.status(positions, [partition]));
    return (await Promise.all([...listed, ...out])).flat();
  }

  private all(): Topic[] {
    return [...this.topics.values()];
  }

  private topicOf(type: string): Topic {
    const { topic } = firstForType(type, this.config.topics)!;
    return this.topics.get(topic)!;
  }

  private place(name: string): { topic: Topic; partition: number } {
    const at = name.lastIndexOf(':');
    const topic = name.slice(0, at);
    return {
      topic: this.topics.get(topic) ?? this.retiredTopic(topic),
      partition: Number(name.slice(at + 1)),
    };
  }

  /** One that the configuration does not name any more: it is read, and never created or sent to. */
  private retiredTopic(name: string): Topic {
    const known = this.retired.get(name);
    if (known) return known;
    const { config, kafka, logger } = this;
    const topic = new Topic({
      ...{ config, kafka, logger },
      topic: { topic: name, types: [], partitions: 1 },
    });
    this.retired.set(name, topic);
    return topic;
  }

  private async publishPortion(
    topic: Topic,
    messages: Message[],
  ): Promise<PublishOutcome[]> {
    try {
      await this.send(topic, messages);
      return messages.map(() => ({ result: 'accepted' }));
    } catch (error) {
      if (!isTooLarge(error)) throw error;
    }
    if (messages.length === 1) return [tooLarge];
    const outcomes: PublishOutcome[] = [];
    for (const one of messages) {
      outcomes.push(...(await this.publishPortion(topic, [one])));
    }
    return outcomes;
  }

  private async send(topic: Topic, messages: Message[]): Promise<void> {
    if (this.ending.signal.aborted) throw new Error('It was stopped.');
    // Who asks in vain waits some seconds: that is for the look, not for every sender.
    if (!this.parts.isUp) throw new Error(this.parts.cause);
    if (!topic.isFit) {
      throw new Error(topic.message ?? 'It is not configured any more.');
    }
    try {
      await topic.send(messages);
    } catch (error) {
      if (!isTooLarge(error)) this.wake();
      throw error;
    }
  }

  private async firstLooks(): Promise<void> {
    while (!this.parts.isUp && !this.ending.signal.aborted) {
      await this.look();
      if (!this.parts.isUp) await this.pause(this.lookAgainMs);
    }
  }

  private async watch(): Promise<void> {
    while (!this.ending.signal.aborted) {
      const isWell = this.all().every(({ isFit }) => isFit);
      if (isWell) this.lookAgainMs = LOOK_AGAIN_MS.first;
      await this.pause(
        isWell ? (this.config.lookMs ?? LOOK_MS) : this.lookAgainMs,
      );
      if (!this.ending.signal.aborted) await this.look();
    }
  }

  /** Asks the brokers how it stands. */
  private async look(): Promise<void> {
    this.lookAgainMs = Math.min(this.lookAgainMs * 2, LOOK_AGAIN_MS.last);
    await Promise.all(this.all().map(topic => topic.look()));
    if (!this.ending.signal.aborted) this.parts.judge();
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
