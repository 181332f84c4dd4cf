import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';

/**
 * How far a partition was read. Opaque to everyone but the bus that made it;
 * a short JSON text, usually below 4 KiB. The reader's database keeps it, and that is the truth.
 *
 * @public
 */
export type BusPosition = string;

/** An event on its way in; the store stamps `acceptedAt`. @public */
export type IncomingEvent = Omit<StoredEvent, 'acceptedAt'>;

/** What became of one published event. @public */
export type PublishOutcome =
  | { result: 'accepted' | 'duplicate' }
  /** This event alone cannot be stored; the others are not harmed. */
  | { result: 'refused'; message: string };

/**
 * What an acknowledgement means: synced to the disk of one machine, held by
 * several of them, or less than that.
 *
 * @public
 */
export type BusDurability = 'disk' | 'replicated' | 'relaxed';

/** @public */
export interface EventBatch {
  /** In the order of the partition; empty only where something else came through. */
  events: StoredEvent[];
  /** Where to go on once this batch is decided. */
  next: BusPosition;
  /** Marks of the probes that came through; see {@link EventBroker.probe}. */
  probes?: string[];
  /** What lies in the partition and is no event of ours. */
  unreadable?: UnreadableRecord[];
}

/** A record that nobody can make an event of. @public */
export interface UnreadableRecord {
  /** Where it lies, in the words of the broker: `offset 17`. */
  place: string;
  /** A sentence for a person. */
  reason: string;
  /** The bytes of it. */
  record: Uint8Array;
}

/** @public */
export interface PartitionStatus {
  partition: string;
  /** Events beyond the given position, as far as the bus can tell cheaply. */
  lag: number;
  oldestAcceptedAt?: number;
  newestAcceptedAt?: number;
  /** Of a broker: when the first record beyond the given position came, in milliseconds since the epoch. */
  unreadSince?: number;
  /** Milliseconds that a broker keeps what is not read; absent: for ever. */
  keptMs?: number;
  /** About how many bytes of the broker lie beyond the given position; absent where `keptBytes` is. */
  unreadBytes?: number;
  /** Bytes of the partition that a broker keeps, read or not; absent: as many as there are. */
  keptBytes?: number;
}

/**
 * A durable, partitioned log. It knows no rules: no acknowledgement, retry or
 * poison handling. What cannot be decided is held by the decision's own
 * transaction; back-pressure is `onBatch` not resolving.
 *
 * @public
 */
export interface EventBus {
  readonly kind: string;
  /** Undefined until a broker was asked for the first time. */
  readonly durability: BusDurability | undefined;
  /**
   * Resolves when all of them are durable; outcomes in the order given.
   * Throws when the bus cannot say (the caller answers 503).
   */
  publish(events: IncomingEvent[]): Promise<PublishOutcome[]>;
  /** Names of the partitions that exist, sorted. */
  partitions(): Promise<string[]>;
  /**
   * Reads one partition from a position (from its beginning without one) and
   * gives batches one at a time, until the signal aborts. Resolves then.
   * When `onBatch` throws, `read` throws the same error.
   *
   * @throws EventsLost where the next record is gone
   */
  read(options: {
    partition: string;
    from: BusPosition | undefined;
    onBatch(batch: EventBatch): Promise<void>;
    signal: AbortSignal;
  }): Promise<void>;
  /**
   * Says nothing of a partition that cannot be asked about now.
   *
   * @param beside - partitions to tell of as well, that once were and are not
   *   among `partitions()` any more; they can be read as long as they are there
   */
  status(
    positions: ReadonlyMap<string, BusPosition>,
    beside?: readonly string[],
  ): Promise<PartitionStatus[]>;
}

/** Where a broker puts an event. @public */
export interface BusRoute {
  /** Events of different names wait for nothing of each other. */
  name: string;
  /** Undefined until the broker was asked about it. */
  durability: BusDurability | undefined;
}

/** Whether a broker answers. @public */
export interface BrokerHealth {
  state: 'up' | 'down';
  /** Milliseconds since the epoch. */
  since: number;
  /** Sentences for whoever runs the portal: what it waits for, or what to mend soon. */
  message?: string;
}

/**
 * An event bus outside of the database: a transport before the log. What it
 * acknowledged is taken into the log by the core, which keeps the position,
 * knows identities and shares partitions out among replicas. So a broker
 * accepts an identity as often as it comes, and everybody may read at once.
 *
 * Its constructor starts nothing.
 *
 * @public
 */
export interface EventBroker extends EventBus {
  /**
   * Connects, creates what is missing and learns `durability`. Resolves once
   * that is done; goes on trying, for ever, while nobody answers.
   */
  start(): Promise<void>;
  /** Ends reads, sends what was taken, and leaves no connection. A second call does nothing. */
  stop(): Promise<void>;
  health(): BrokerHealth;
  /**
   * For a broker that keeps some events apart from others, such as by their
   * type: what goes by one route is sent beside what goes by another, and is
   * not held up by it. Without it all go by one.
   */
  route?(event: IncomingEvent): BusRoute;
  /**
   * Whether the configuration names this partition. For a broker whose
   * `partitions()` leave out what it could not ask about yet: that is waited
   * for, and not taken for one that is configured no more. Without it all that
   * are configured are among those.
   */
  isConfigured?(partition: string): boolean;
  /**
   * Puts a mark into a partition that comes out among `probes` of its readers:
   * so one knows that a reader hears, and not merely that a process lives.
   */
  probe(partition: string, mark: string): Promise<void>;
  /**
   * Where to read from when a person lets a partition go on after a loss:
   * `oldest` what is still there, `newest` what comes from now on.
   */
  position(partition: string, from: 'oldest' | 'newest'): Promise<BusPosition>;
}

/**
 * The next record of a partition is gone: it was deleted before it was read,
 * or the partition was made anew. Reading stops; a person says how to go on.
 *
 * @public
 */
export class EventsLost extends Error {
  readonly partition: string;

  /** @param message - a sentence for a person: what is gone, from where to where */
  constructor(partition: string, message: string) {
    super(message);
    this.name = 'EventsLost';
    this.partition = partition;
  }
}
