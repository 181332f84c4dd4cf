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

/** @public */
export interface EventBatch {
  /** In the order of the partition. Never empty. */
  events: StoredEvent[];
  /** Where to go on once this batch is decided. */
  next: BusPosition;
}

/** @public */
export interface PartitionStatus {
  partition: string;
  /** Events beyond the given position, as far as the bus can tell cheaply. */
  lag: number;
  oldestAcceptedAt?: number;
  newestAcceptedAt?: number;
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
  readonly durability: 'disk' | 'replicated' | 'relaxed';
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
   */
  read(options: {
    partition: string;
    from: BusPosition | undefined;
    onBatch(batch: EventBatch): Promise<void>;
    signal: AbortSignal;
  }): Promise<void>;
  status(
    positions: ReadonlyMap<string, BusPosition>,
  ): Promise<PartitionStatus[]>;
}
