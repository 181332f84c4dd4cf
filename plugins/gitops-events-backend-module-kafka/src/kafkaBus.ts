import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Kafka, Message } from 'kafkajs';
import {
  firstForType,
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
import { readPartition } from './partitionReader';
import { portionsOf, type Portion } from './portions';
import { probeOf } from './records';
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
  private state: BrokerHealth = {
    ...{ state: 'down', since: Date.now() },
    message: 'It was not asked yet.',
  };
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
  }

  get durability(): BusDurability | undefined {
    const states = this.all().flatMap(({ state }) => state ?? []);
    return states.length > 0 ? durabilityOf(states) : undefined;
  }

  health(): BrokerHealth {
    const messages = this.all().flatMap(({ name, message }) =>
      message ? `The topic ${name}: ${message}` : [],
    );
    const { message = messages.join(' ') } = this.state;
    return { ...this.state, message: message || undefined };
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
    const outcomes = new Map<IncomingEvent, PublishOutcome>();
    const topics = new Set(events.map(({ type }) => this.topicOf(type)));
    await Promise.all(
      Array.from(topics, async topic => {
        const its = events.filter(({ type }) => this.topicOf(type) === topic);
        for (const portion of portionsOf(its)) {
          const told = await this.publishPortion(topic, portion);
          portion.forEach(({ event }, at) => outcomes.set(event, told[at]));
        }
      }),
    );
    return events.map(event => outcomes.get(event)!);
  }

  async probe(name: string, mark: string): Promise<void> {
    const { topic, partition } = this.place(name);
    await this.send(topic, [{ ...probeOf(mark), partition }]);
  }

  async partitions(): Promise<string[]> {
    const known = this.all().flatMap(({ state }) => state ?? []);
    if (known.length === 0) throw new Error(this.state.message);
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
        ...{ kafka: this.kafka, name, onBatch, topic: topic.name, partition },
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
    portion: Portion,
  ): Promise<PublishOutcome[]> {
    try {
      await this.send(
        topic,
        portion.map(({ message }) => message),
      );
      return portion.map(() => ({ result: 'accepted' }));
    } catch (error) {
      if (!isTooLarge(error)) throw error;
    }
    if (portion.length === 1) return [tooLarge];
    const outcomes: PublishOutcome[] = [];
    for (const one of portion) {
      outcomes.push(...(await this.publishPortion(topic, [one])));
    }
    return outcomes;
  }

  private async send(topic: Topic, messages: Message[]): Promise<void> {
    if (this.ending.signal.aborted) throw new Error('It was stopped.');
    // Who asks in vain waits some seconds: that is for the look, not for every sender.
    if (this.state.state === 'down') throw new Error(this.state.message);
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
    while (this.state.state === 'down' && !this.ending.signal.aborted) {
      await this.look();
      if (this.state.state === 'down') await this.pause(this.lookAgainMs);
    }
  }

  private async watch(): Promise<void> {
    while (!this.ending.signal.aborted) {
      const isWell =
        this.state.state === 'up' && this.all().every(({ isFit }) => isFit);
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
    this.tell();
  }

  /** It is up while one of its topics is fit: what is wrong with others is told beside that. */
  private tell(): void {
    const { state, since } = this.state;
    if (this.ending.signal.aborted) return;
    if (!this.all().some(({ isFit }) => isFit)) {
      const causes = new Set(this.all().map(({ message }) => message));
      this.state = {
        state: 'down',
        since: state === 'up' ? Date.now() : since,
        message: [...causes].join(' '),
      };
    } else if (state === 'down') {
      this.state = { state: 'up', since: Date.now() };
      this.logger.info('Kafka answers');
    }
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
