import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { StreamInfo } from '@nats-io/jetstream';
import type {
  BusPosition,
  PartitionStatus,
} from '@gitops-events/plugin-gitops-events-node';
import type { NatsConfig } from './config';
import type { Link, LinkKeeper } from './link';
import { placeOf, positionOf } from './place';
import { PullFailed } from './pull';
import { send, type Outgoing } from './sender';
import { ensureStream, readStream, type Partition } from './streams';
import { inWords, isAnswered, mayBeCutOff } from './troubles';

const LOOK_MS = 10_000;
const LOOK_AGAIN_MS = 1_000;
/** How long it is told that a sending failed, where none came after it. */
const REMEMBERED_MS = 15_000;
const REPLICAS_IN_A_CLUSTER = 3;

/** One partition, with looks of its own: what is wrong with it, or slow, holds up no other. */
export class Stream {
  /** As it was when it was fit last. */
  private known: StreamInfo | undefined;
  /** What was looked through last. */
  private looked: Link | undefined;
  /** Why nothing can be sent. */
  private trouble: string | undefined;
  private cutOff = false;
  /** Why the last sending failed. */
  private refused: string | undefined;
  private refusedAt = 0;
  /** Why it cannot be read now. */
  private unread: string | undefined;
  private pausing: AbortController | undefined;

  constructor(
    private readonly options: {
      partition: Partition;
      config: NatsConfig;
      links: Pick<LinkKeeper, 'get'>;
      logger: LoggerService;
      /** Called once it is known anew how it stands. */
      changed(): void;
    },
  ) {}

  get name(): string {
    return this.options.partition.name;
  }

  get info(): StreamInfo | undefined {
    return this.known;
  }

  get isFit(): boolean {
    return this.known !== undefined && this.trouble === undefined;
  }

  /** Another server may know more of it than the one that was asked last. */
  get seemsCutOff(): boolean {
    return this.cutOff;
  }

  /** A sentence for whoever runs the portal; undefined where all is well. */
  get message(): string | undefined {
    return this.trouble ?? this.refused ?? this.unread;
  }

  /** Asks how it stands, and creates it where it is not there. */
  async look(signal: AbortSignal): Promise<void> {
    const { links, partition, config, changed } = this.options;
    try {
      const link = await links.get();
      if (link !== this.looked) {
        link.lost.addEventListener('abort', () => this.wake(), { once: true });
      }
      this.looked = link;
      const { manager } = link;
      const replicas = replicasIn(link, config);
      this.known = await ensureStream(manager, partition, config, replicas);
      this.trouble = undefined;
      this.cutOff = false;
      // Where nobody sends any more, it is no news.
      const isOld = performance.now() - this.refusedAt > REMEMBERED_MS;
      if (isOld) this.refused = undefined;
      changed();
    } catch (error) {
      if (!signal.aborted) this.fail(error);
    }
  }

  /** Looks again and again, until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.pause(this.isFit ? LOOK_MS : LOOK_AGAIN_MS, signal);
      if (!signal.aborted) await this.look(signal);
    }
  }

  /** @throws Error where it is not known that all of them are stored */
  async send(messages: Outgoing[]): ReturnType<typeof send> {
    const { links, partition } = this.options;
    // Who asks in vain waits some seconds: that is for the look, not for every sender.
    if (!this.isFit) {
      throw new Error(this.message ?? 'It is not configured any more.');
    }
    try {
      const sent = await send(links, partition, messages);
      this.refused = undefined;
      return sent;
    } catch (error) {
      this.refused = inWords(error);
      this.refusedAt = performance.now();
      if (!isAnswered(error)) this.fail(error);
      this.wake();
      throw error;
    }
  }

  async position(from: 'oldest' | 'newest'): Promise<BusPosition> {
    const { manager } = await this.options.links.get();
    const { created, state } = await manager.streams.info(this.name);
    const { first_seq: first, last_seq: last } = state;
    return positionOf(
      from === 'newest'
        ? { seq: last, created }
        : { seq: Math.max(first, 1) - 1, created, missingTo: last },
    );
  }

  /** None where it does not say. */
  async status(position: BusPosition | undefined): Promise<PartitionStatus[]> {
    try {
      const { quick } = await this.options.links.get();
      const info = await readStream(quick, this.name);
      if (!info) return [];
      const { first_seq: first, last_seq: last } = info.state;
      const from = Math.max(placeOf(position).seq + 1, first, 1);
      return [{ partition: this.name, lag: Math.max(last + 1 - from, 0) }];
    } catch {
      return [];
    }
  }

  /** Who cannot read says nothing about those who send: the look does. Undefined: it can be read. */
  tellUnread(error: unknown): void {
    if (error === undefined) {
      this.unread = undefined;
      return;
    }
    // The consumer went, as one does that was quiet for long.
    if (!(error instanceof PullFailed)) this.unread = inWords(error);
    this.wake();
  }

  private fail(error: unknown): void {
    const { logger, changed } = this.options;
    const message = inWords(error);
    if (message !== this.trouble) {
      logger.warn(`NATS, ${this.name}: ${message} The cause: ${String(error)}`);
    }
    this.trouble = message;
    this.cutOff = mayBeCutOff(error);
    changed();
  }

  /** Looks now. */
  private wake(): void {
    this.pausing?.abort();
  }

  private async pause(ms: number, signal: AbortSignal): Promise<void> {
    this.pausing = new AbortController();
    const either = AbortSignal.any([signal, this.pausing.signal]);
    await sleep(ms, undefined, { signal: either }).catch(() => {});
  }
}

function replicasIn({ connection }: Link, { replicas }: NatsConfig): number {
  const isCluster = connection.info?.cluster !== undefined;
  return replicas ?? (isCluster ? REPLICAS_IN_A_CLUSTER : 1);
}
