import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { partitionKeyOf } from '@gitops-events/plugin-gitops-events-common';
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
import type { NatsConfig } from './config';
import { LinkKeeper } from './link';
import { batchOf, messageOf, probeOf } from './messages';
import { placeOf } from './place';
import type { Outgoing } from './sender';
import { Stream } from './stream';
import { readStream } from './streamReader';
import { durabilityOf, partitionOf, partitionsOf } from './streams';
import { Tidying } from './tidying';

const LOOK_AGAIN_MS = 1_000;

const tooLarge: PublishOutcome = {
  result: 'refused',
  message:
    'it is larger than NATS takes; send a reference to its payload instead',
};

/**
 * The event bus on NATS JetStream: a stream for each partition, read from
 * positions of our own. It needs no acknowledgement and nothing of the
 * server's keeping but the messages.
 */
export class NatsBus implements EventBroker {
  readonly kind = 'nats';
  private readonly links: LinkKeeper;
  private readonly streams: ReadonlyMap<string, Stream>;
  /** Those that the configuration names no more: they are read, and never created or sent to. */
  private readonly retired = new Map<string, Stream>();
  private readonly ending = new AbortController();
  private readonly work = new Set<Promise<unknown>>();
  private readonly parts: HealthOfParts;
  private starting: Promise<void> | undefined;
  private watching: Promise<unknown> | undefined;

  constructor(
    private readonly config: NatsConfig,
    private readonly logger: LoggerService,
  ) {
    this.links = new LinkKeeper(config);
    this.streams = new Map(
      partitionsOf(config).map(({ name }) => [name, this.streamNamed(name)]),
    );
    this.parts = new HealthOfParts(
      () => this.all(),
      () => logger.info('NATS answers'),
    );
  }

  /** The weakest of the streams says what an acknowledgement means. */
  get durability(): BusDurability | undefined {
    const known = this.all().flatMap(({ info }) => info ?? []);
    return known.length > 0 ? durabilityOf(known) : undefined;
  }

  health(): BrokerHealth {
    return this.parts.tell(
      this.all().flatMap(({ name, message }) =>
        message && !message.includes(name)
          ? `The stream ${name}: ${message}`
          : (message ?? []),
      ),
    );
  }

  /** Each stream has a leader and room of its own. */
  route(event: IncomingEvent): BusRoute {
    const { name, info } = this.streamFor(event);
    return { name, durability: info && durabilityOf([info]) };
  }

  async start(): Promise<void> {
    this.starting ??= this.firstLooks();
    await this.starting;
    const { signal } = this.ending;
    this.watching ??= Promise.all(
      this.all().map(stream => stream.watch(signal)),
    );
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.starting;
    await this.watching;
    await Promise.allSettled(this.work);
    await this.links.stop();
  }

  async publish(events: IncomingEvent[]): Promise<PublishOutcome[]> {
    return publishByPart(
      events,
      event => this.streamFor(event),
      async (stream, its) => {
        const sent = await this.send(
          stream,
          its.map(event => ({
            ...messageOf(event),
            key: partitionKeyOf(event),
          })),
        );
        return sent.map(one =>
          one === 'stored' ? { result: 'accepted' } : tooLarge,
        );
      },
    );
  }

  async probe(name: string, mark: string): Promise<void> {
    const probe = { ...probeOf(mark), key: undefined };
    await this.send(this.place(name), [probe]);
  }

  async partitions(): Promise<string[]> {
    if (!this.all().some(({ info }) => info)) {
      throw new Error(this.parts.cause);
    }
    return [...this.streams.keys()].sort();
  }

  async read(options: {
    partition: string;
    from: BusPosition | undefined;
    onBatch(batch: EventBatch): Promise<void>;
    signal: AbortSignal;
  }): Promise<void> {
    const { partition: name, from, onBatch } = options;
    const { links } = this;
    const { retentionDays } = this.config;
    const stream = this.place(name);
    const tidying = new Tidying({ name, retentionDays });
    const reading = readStream(
      {
        ...{ links, name },
        onMessages: (messages, next) => onBatch(batchOf(messages, next)),
        onPlace: (link, place) => tidying.tidy(link, place),
        signal: AbortSignal.any([options.signal, this.ending.signal]),
        trouble: error => stream.tellUnread(error),
      },
      placeOf(from),
    );
    await this.during(reading).finally(() => stream.tellUnread(undefined));
  }

  async position(name: string, from: 'oldest' | 'newest') {
    return this.place(name).position(from);
  }

  async status(
    positions: ReadonlyMap<string, BusPosition>,
    beside: readonly string[] = [],
  ): Promise<PartitionStatus[]> {
    const names = new Set([...this.streams.keys(), ...beside]);
    const statuses = await Promise.all(
      Array.from(names, name => this.place(name).status(positions.get(name))),
    );
    return statuses.flat();
  }

  private all(): Stream[] {
    return [...this.streams.values()];
  }

  private streamFor(event: IncomingEvent): Stream {
    const { stream, partitions } = firstForType(
      event.type,
      this.config.streams,
    )!;
    const key = partitionKeyOf(event) ?? event.uid;
    const hash = createHash('sha256').update(key).digest();
    const at = hash.readUInt32BE(0) % partitions;
    return this.streams.get(partitionOf(stream, at).name)!;
  }

  private place(name: string): Stream {
    const known = this.streams.get(name) ?? this.retired.get(name);
    if (known) return known;
    const stream = this.streamNamed(name);
    this.retired.set(name, stream);
    return stream;
  }

  private streamNamed(name: string): Stream {
    const { config, links, logger } = this;
    const at = name.lastIndexOf('-');
    return new Stream({
      ...{ config, links, logger, changed: () => this.judge() },
      partition: partitionOf(name.slice(0, at), Number(name.slice(at + 1))),
    });
  }

  private async send(stream: Stream, messages: Outgoing[]) {
    if (this.ending.signal.aborted) throw new Error('It was stopped.');
    return this.during(stream.send(messages));
  }

  private async during<T>(work: Promise<T>): Promise<T> {
    this.work.add(work);
    try {
      return await work;
    } finally {
      this.work.delete(work);
    }
  }

  private async firstLooks(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      await Promise.all(this.all().map(stream => stream.look(signal)));
      if (this.parts.isUp) return;
      await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }

  private judge(): void {
    if (this.ending.signal.aborted) return;
    this.links.judge(this.all().some(({ seemsCutOff }) => !seemsCutOff));
    this.parts.judge();
  }
}
