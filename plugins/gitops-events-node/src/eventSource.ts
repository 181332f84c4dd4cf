import type {
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import type { HeaderStyle } from './eventHeaders';

/**
 * What is read next in a partition of a source. Opaque to everyone but the
 * source that made it; a short text, below 1 KiB. The core's database keeps
 * it, and that is the truth: nothing outside remembers how far we came.
 *
 * @public
 */
export type SourcePosition = string;

/** A message as it lies outside, whatever it is about. @public */
export interface SourceMessage {
  /**
   * Names it within its source, the same whenever it is read: `orders/0/17`.
   * Only one of a topic or stream that was made anew may have it again.
   */
  place: string;
  /** Or subject. */
  topic: string;
  /** 0 where there are none. */
  partition: number;
  /** Or number in its stream. */
  offset: number;
  /** Milliseconds since the epoch; the same whenever it is read. */
  timestamp: number;
  key?: Uint8Array;
  /** Absent where it has none, which is not the same as an empty one. */
  value?: Uint8Array;
  /** Names and texts as they came; a name may be there twice. */
  headers: Array<[name: string, text: string]>;
}

/** What was read at once. @public */
export interface SourceBatch {
  /** In the order of the partition; empty where only the position moved on. */
  messages: SourceMessage[];
  /** Where to go on once these are taken in. */
  position: SourcePosition;
}

/**
 * Where to begin in a partition: `oldest` with what is still there, `newest`
 * with what comes from now on, `since` with the first message that was written
 * then or later, in milliseconds since the epoch.
 *
 * @public
 */
export type SourceBegin = 'oldest' | 'newest' | { since: number };

/** What is read in order, by one reader at a time. @public */
export interface SourcePartition {
  /** Unique within the source: `orders:0`. */
  partition: string;
  /** What it is a part of. Partitions that come later to a topic that was read before are read from their beginning. */
  topic: string;
}

/**
 * One configured source that is pulled: something outside that keeps its
 * messages for a while, such as a topic of others. Its reader knows no rules;
 * the core makes events of messages, and stores the position after them.
 *
 * Its constructor starts nothing.
 *
 * @public
 */
export interface PullSource {
  /** How attributes of CloudEvents are written in its headers. */
  readonly headerStyle: HeaderStyle;
  /**
   * What there is to read now. Does not throw because of what is outside: what
   * cannot be told is left out, and `trouble` says why in a sentence for a person.
   * What the other side said is not there is `missing`: once it is, what was written since then is read.
   */
  partitions(): Promise<{
    found: SourcePartition[];
    trouble?: string;
    /** As `topic` of `SourcePartition`. */
    missing?: string[];
  }>;
  /**
   * Whether the configuration names it, as `topic` of `SourcePartition`. One
   * that `partitions()` leaves out may be one that nobody could be asked about.
   */
  hasTopic(topic: string): boolean;
  /**
   * Where to begin. With `since`, a message may be left out only where it or a
   * later one says that it is older: what has no time is read.
   */
  position(partition: string, from: SourceBegin): Promise<SourcePosition>;
  /**
   * Reads one partition from a position and emits batches one at a time, in
   * order, until the signal aborts. Resolves then; nothing goes on behind it.
   * Goes on trying, for ever, while nobody answers. When `emit` throws, it
   * throws the same error, and whoever starts again from the old position is
   * given the same messages.
   *
   * @throws EventsLost where the next message is gone
   */
  start(options: {
    partition: string;
    position: SourcePosition;
    /** Resolves once its events are accepted and the position is stored: only then may anything outside be settled. */
    emit(batch: SourceBatch): Promise<void>;
    /** Told why nothing can be read now, in a sentence for a person; without one, that it can again. */
    trouble(message?: string): void;
    signal: AbortSignal;
  }): Promise<void>;
  /** About how many messages lie beyond each position; of partitions that it cannot ask about, none. */
  lag(
    positions: ReadonlyMap<string, SourcePosition>,
  ): Promise<ReadonlyMap<string, number>>;
  /** Ends what is under way and leaves no connection. A second call does nothing. */
  stop(): Promise<void>;
}

/**
 * A kind of event source, which a module brings and `gitopsEvents.sources.<name>.kind` names.
 *
 * @public
 */
export interface EventSource {
  readonly kind: string;
  /**
   * Makes a configured source, without asking anybody outside.
   *
   * @throws InputError that names the key to mend
   */
  pull(configured: {
    name: string;
    /** That of this source, with the keys that the core reads. */
    config: ReturnType<RootConfigService['getConfig']>;
    /** Where that stands: `gitopsEvents.sources.<name>`. */
    key: string;
    logger: LoggerService;
  }): PullSource;
}
