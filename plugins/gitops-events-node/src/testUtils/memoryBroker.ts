import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  partitionKeyOf,
  type StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import {
  EventsLost,
  type BrokerHealth,
  type BusDurability,
  type BusPosition,
  type EventBatch,
  type EventBroker,
  type IncomingEvent,
  type PartitionStatus,
  type PublishOutcome,
  type UnreadableRecord,
} from '@gitops-events/plugin-gitops-events-node';

type MemoryRecord = {
  event?: StoredEvent;
  mark?: string;
  unreadable?: UnreadableRecord;
};

interface MemoryPartition {
  /** Offset of the first record that is still there. */
  oldest: number;
  records: MemoryRecord[];
  /** How often it was made anew. */
  made: number;
}

const batchSize = 100;
const lookMs = 5;

/**
 * A broker in memory, with the means to break it: the shortest bus that keeps
 * the contract. Several cores may share one, as replicas share a real one.
 *
 * @public
 */
export class MemoryBroker implements EventBroker {
  readonly kind = 'memory';
  /** What it is said to keep; undefined as before a broker was asked. */
  durability: BusDurability | undefined;
  private readonly log = new Map<string, MemoryPartition>();
  private readonly ending = new AbortController();
  private downSince: number | undefined;
  private deaf = false;
  private readonly retired = new Set<string>();
  private readonly unfit = new Set<string>();

  constructor(
    options: { durability?: BusDurability; partitions?: number } = {},
  ) {
    this.durability = options.durability ?? 'replicated';
    for (let n = 0; n < (options.partitions ?? 1); n++) {
      this.log.set(`memory:${n}`, { oldest: 0, records: [], made: 0 });
    }
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.ending.abort();
  }

  health(): BrokerHealth {
    return this.downSince === undefined
      ? { state: 'up', since: 0 }
      : { state: 'down', since: this.downSince, message: 'It was taken down.' };
  }

  async publish(events: IncomingEvent[]): Promise<PublishOutcome[]> {
    await this.answer();
    const acceptedAt = Date.now();
    for (const event of events) {
      this.add(this.partitionFor(event), {
        event: structuredClone({ ...event, acceptedAt }),
      });
    }
    return events.map(() => ({ result: 'accepted' }));
  }

  async probe(partition: string, mark: string): Promise<void> {
    await this.answer();
    this.add(partition, { mark });
  }

  async partitions(): Promise<string[]> {
    await this.answer();
    return [...this.log.keys()]
      .filter(name => !this.retired.has(name) && !this.unfit.has(name))
      .sort();
  }

  isConfigured(partition: string): boolean {
    return this.log.has(partition) && !this.retired.has(partition);
  }

  async position(partition: string, from: 'oldest' | 'newest') {
    await this.answer();
    if (this.unfit.has(partition)) throw new Error('It has no leader.');
    const { oldest, records, made } = this.log.get(partition)!;
    const offset = from === 'oldest' ? oldest : oldest + records.length;
    return positionAt(offset, made);
  }

  async read(options: {
    partition: string;
    from: BusPosition | undefined;
    onBatch(batch: EventBatch): Promise<void>;
    signal: AbortSignal;
  }): Promise<void> {
    const { partition, onBatch } = options;
    const signal = AbortSignal.any([options.signal, this.ending.signal]);
    let { offset, made } = placeOf(options.from);
    while (!signal.aborted) {
      const found =
        this.downSince !== undefined || this.deaf
          ? []
          : this.from(partition, offset, made);
      if (found.length === 0) {
        await new Promise(done => setTimeout(done, lookMs));
        continue;
      }
      offset += found.length;
      made = this.log.get(partition)!.made;
      await onBatch({
        events: found.flatMap(({ event }) => event ?? []),
        probes: found.flatMap(({ mark }) => mark ?? []),
        unreadable: found.flatMap(({ unreadable }) => unreadable ?? []),
        next: positionAt(offset, made),
      });
      await nextTurn();
    }
  }

  async status(
    positions: ReadonlyMap<string, BusPosition>,
    beside: readonly string[] = [],
  ): Promise<PartitionStatus[]> {
    await this.answer();
    const told = [...this.log].filter(
      ([name]) =>
        !this.unfit.has(name) &&
        (!this.retired.has(name) || beside.includes(name)),
    );
    return told.map(([partition, { oldest, records }]) => {
      const times = records.flatMap(({ event }) => event?.acceptedAt ?? []);
      const next = Math.max(oldest, placeOf(positions.get(partition)).offset);
      return {
        partition,
        lag: records.slice(next - oldest).filter(({ event }) => event).length,
        oldestAcceptedAt: times[0],
        newestAcceptedAt: times[times.length - 1],
        unreadSince: records[next - oldest]?.event?.acceptedAt,
      };
    });
  }

  /** Nobody is answered until it is up again. */
  down(): void {
    this.downSince = Date.now();
  }

  up(): void {
    this.downSince = undefined;
  }

  /** As if the configuration did not name it any more. */
  retire(partition: string): void {
    this.retired.add(partition);
  }

  /** As if it could not be asked about since the start: it is configured, and not listed. */
  unfitFromStart(partition: string, isUnfit = true): void {
    if (isUnfit) this.unfit.add(partition);
    else this.unfit.delete(partition);
  }

  /** As if its topic or stream were deleted for good. */
  remove(partition: string): void {
    this.log.delete(partition);
  }

  /** Whoever reads hears nothing, and is not told so. */
  deafen(deaf: boolean): void {
    this.deaf = deaf;
  }

  /** Deletes the oldest records, as retention does. */
  deleteOldest(partition: string, count: number): void {
    const log = this.log.get(partition)!;
    log.records.splice(0, count);
    log.oldest += count;
  }

  /** As a person does who deletes a topic and makes it again. */
  recreate(partition: string): void {
    const made = this.log.get(partition)!.made + 1;
    this.log.set(partition, { oldest: 0, records: [], made });
  }

  /** Puts a record there that is no event. */
  addUnreadable(partition: string, text: string): void {
    this.add(partition, {
      unreadable: {
        place: `offset ${this.endOf(partition)}`,
        reason: 'It is no event.',
        record: new TextEncoder().encode(text),
      },
    });
  }

  private add(partition: string, record: MemoryRecord): void {
    this.log.get(partition)!.records.push(record);
  }

  private endOf(partition: string): number {
    const { oldest, records } = this.log.get(partition)!;
    return oldest + records.length;
  }

  private from(
    partition: string,
    offset: number,
    made: number | undefined,
  ): MemoryRecord[] {
    const { oldest, records, ...log } = this.log.get(partition)!;
    if (made !== undefined && made !== log.made) {
      throw new EventsLost(partition, 'It was made anew.');
    }
    if (offset < oldest) {
      throw new EventsLost(
        partition,
        `Records ${offset} to ${oldest - 1} were deleted before they were read.`,
      );
    }
    return records.slice(offset - oldest, offset - oldest + batchSize);
  }

  private partitionFor(event: IncomingEvent): string {
    const key = partitionKeyOf(event) ?? event.uid;
    const hash = createHash('sha256').update(key).digest().readUInt32BE(0);
    return `memory:${hash % this.log.size}`;
  }

  private async answer(): Promise<void> {
    if (this.downSince !== undefined || this.ending.signal.aborted) {
      throw new Error('The broker is down.');
    }
  }
}

function positionAt(offset: number, made: number): BusPosition {
  return JSON.stringify({ offset, made });
}

function placeOf(position: BusPosition | undefined): {
  offset: number;
  made?: number;
} {
  return position === undefined ? { offset: 0 } : JSON.parse(position);
}
