import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { StreamInfo } from '@nats-io/jetstream';
import { partitionKeyOf } from '@gitops-events/plugin-gitops-events-common';
import {
  firstForType,
  type BrokerHealth,
  type BusDurability,
  type BusPosition,
  type EventBatch,
  type EventBroker,
  type IncomingEvent,
  type PartitionStatus,
  type PublishOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import type { NatsConfig } from './config';
import { LinkKeeper, type Link } from './link';
import { messageOf, probeOf } from './messages';
import { placeOf, positionOf } from './place';
import { PullFailed } from './pull';
import { send, type Outgoing } from './sender';
import { readStream } from './streamReader';
import {
  durabilityOf,
  ensureStreams,
  partitionOf,
  type Partition,
} from './streams';
import { inWords, isAnswered } from './troubles';

const LOOK_MS = 10_000;
const LOOK_WHILE_DOWN_MS = 1_000;
const REPLICAS_IN_A_CLUSTER = 3;

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
  private readonly ending = new AbortController();
  private readonly work = new Set<Promise<unknown>>();
  private streams: StreamInfo[] | undefined;
  /** What was looked through last. */
  private looked: Link | undefined;
  private state: BrokerHealth = {
    ...{ state: 'down', since: Date.now() },
    message: 'It was not asked yet.',
  };
  /** Why the last sending failed, though servers answer. */
  private refused: string | undefined;
  /** Why a stream cannot be read now. */
  private readonly unread = new Map<string, string>();
  private watching: Promise<void> | undefined;
  private pausing: AbortController | undefined;

  constructor(
    private readonly config: NatsConfig,
    private readonly logger: LoggerService,
  ) {
    this.links = new LinkKeeper(config);
  }

  get durability(): BusDurability | undefined {
    return this.streams && durabilityOf(this.streams);
  }

  health(): BrokerHealth {
    const [unread] = this.unread.values();
    const { message = this.refused ?? unread } = this.state;
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
    await Promise.allSettled(this.work);
    await this.links.stop();
  }

  async publish(events: IncomingEvent[]): Promise<PublishOutcome[]> {
    const sent = await this.send(
      events.map(event => {
        const key = partitionKeyOf(event);
        return {
          ...messageOf(event),
          ...{ to: this.partitionFor(event, key), key },
        };
      }),
    );
    return sent.map(one =>
      one === 'stored' ? { result: 'accepted' } : tooLarge,
    );
  }

  /** Each stream has a leader and room of its own. */
  route(event: IncomingEvent): {
    name: string;
    durability: BusDurability | undefined;
  } {
    const { name } = this.partitionFor(event, partitionKeyOf(event));
    const stream = this.streams?.find(({ config }) => config.name === name);
    return { name, durability: stream && durabilityOf([stream]) };
  }

  async probe(name: string, mark: string): Promise<void> {
    const to = partitionNamed(name);
    await this.send([{ ...probeOf(mark), to, key: undefined }]);
  }

  async partitions(): Promise<string[]> {
    if (!this.streams) throw new Error(this.state.message);
    return this.streams.map(({ config }) => config.name).sort();
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
    const reading = readStream(
      {
        ...{ links, name, retentionDays, onBatch },
        signal: AbortSignal.any([options.signal, this.ending.signal]),
        trouble: error => this.tellUnread(name, error),
      },
      from,
    );
    await this.during(reading).finally(() => this.unread.delete(name));
  }

  async position(name: string, from: 'oldest' | 'newest') {
    const { manager } = await this.links.get();
    const { created, state } = await manager.streams.info(name);
    const { first_seq: first, last_seq: last } = state;
    return positionOf(
      from === 'newest'
        ? { seq: last, created }
        : { seq: Math.max(first, 1) - 1, created, missingTo: last },
    );
  }

  async status(
    positions: ReadonlyMap<string, BusPosition>,
  ): Promise<PartitionStatus[]> {
    const { manager } = await this.links.get();
    return Promise.all(
      (this.streams ?? []).map(async ({ config: { name } }) => {
        const { state } = await manager.streams.info(name);
        const { seq } = placeOf(positions.get(name));
        const from = Math.max(seq + 1, state.first_seq, 1);
        return { partition: name, lag: Math.max(state.last_seq + 1 - from, 0) };
      }),
    );
  }

  private partitionFor(
    event: IncomingEvent,
    key: string | undefined,
  ): Partition {
    const { stream, partitions } = firstForType(
      event.type,
      this.config.streams,
    )!;
    const hash = createHash('sha256').update(key ?? event.uid);
    return partitionOf(stream, hash.digest().readUInt32BE(0) % partitions);
  }

  private async send(messages: Outgoing[]): ReturnType<typeof send> {
    if (this.ending.signal.aborted) throw new Error('It was stopped.');
    // Who asks in vain waits some seconds: that is for the look, not for every sender.
    if (this.state.state === 'down') throw new Error(this.state.message);
    try {
      const sent = await this.during(send(this.links, messages));
      this.refused = undefined;
      return sent;
    } catch (error) {
      this.tellFailed(error);
      throw error;
    }
  }

  private async during<T>(work: Promise<T>): Promise<T> {
    this.work.add(work);
    try {
      return await work;
    } finally {
      this.work.delete(work);
    }
  }

  private async watch(): Promise<void> {
    while (!this.ending.signal.aborted) {
      const isDown = this.state.state === 'down';
      await this.pause(isDown ? LOOK_WHILE_DOWN_MS : LOOK_MS);
      if (!this.ending.signal.aborted) await this.look();
    }
  }

  /** Asks the servers how it stands; true when they said so. */
  private async look(): Promise<boolean> {
    try {
      const link = await this.links.get();
      this.streams = await ensureStreams(
        link.manager,
        this.config,
        this.replicasIn(link),
      );
      if (link !== this.looked) {
        link.lost.addEventListener('abort', () => this.wake(), { once: true });
      }
      this.looked = link;
      if (this.state.state === 'down') {
        this.state = { state: 'up', since: Date.now() };
        this.logger.info('NATS answers');
      }
      return true;
    } catch (error) {
      this.tellDown(error);
      return false;
    }
  }

  private replicasIn({ connection }: Link): number {
    const isCluster = connection.info?.cluster !== undefined;
    return this.config.replicas ?? (isCluster ? REPLICAS_IN_A_CLUSTER : 1);
  }

  /** Who cannot read says nothing about those who send: the look does. */
  private tellUnread(name: string, error: unknown): void {
    if (error === undefined) {
      this.unread.delete(name);
      return;
    }
    // The consumer went, as one does that was quiet for long.
    if (!(error instanceof PullFailed)) this.unread.set(name, inWords(error));
    this.wake();
  }

  /** One stream that is in trouble is not all of them. */
  private tellFailed(error: unknown): void {
    if (isAnswered(error)) this.refused = inWords(error);
    else this.tellDown(error);
    this.wake();
  }

  private tellDown(error: unknown): void {
    if (this.ending.signal.aborted) return;
    const message = inWords(error);
    if (message !== this.state.message) {
      this.logger.warn(`NATS: ${message} The cause: ${String(error)}`);
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

function partitionNamed(name: string): Partition {
  const at = name.lastIndexOf('-');
  return partitionOf(name.slice(0, at), Number(name.slice(at + 1)));
}
