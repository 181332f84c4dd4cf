import {
  EventsLost,
  type EventSource,
  type PullSource,
  type SourceBegin,
  type SourceBatch,
  type SourceMessage,
  type SourcePosition,
} from '@gitops-events/plugin-gitops-events-node';

/** What somebody sends to a topic. @public */
export interface SentMessage {
  key?: string;
  /** Text, or bytes; none where it is absent. */
  value?: string | Uint8Array;
  headers?: Record<string, string>;
  /** Milliseconds since the epoch; now where it is absent, and where the other side tells the time. */
  timestamp?: number;
}

interface MemoryPartition {
  /** Offset of the first message that is still there. */
  oldest: number;
  messages: SourceMessage[];
  /** How often it was made anew. */
  made: number;
}

const batchSize = 100;
const lookMs = 5;

/**
 * Topics in memory, with the means to break them, and an event source that
 * reads them: the shortest one that keeps the contract. Several cores may share
 * one, as replicas share what is outside.
 *
 * @public
 */
export class MemorySource implements EventSource {
  readonly kind = 'memory';
  private readonly topic: string;
  private readonly log: MemoryPartition[];
  private isDown = false;
  private isMissing = false;

  constructor(options: { topic?: string; partitions?: number } = {}) {
    this.topic = options.topic ?? 'orders';
    this.log = Array.from({ length: options.partitions ?? 1 }, () => ({
      ...{ oldest: 0, messages: [], made: 0 },
    }));
  }

  pull(): PullSource {
    const ending = new AbortController();
    return {
      headerStyle: { prefix: 'ce_' },
      partitions: async () => {
        const { topic } = this;
        if (this.isDown) return { found: [], trouble: 'It was taken down.' };
        if (this.isMissing) {
          const trouble = 'It is not there. It is waited for.';
          return { found: [], trouble, missing: [topic] };
        }
        const found = this.log.map((_, at) => ({
          ...{ partition: `${topic}:${at}`, topic },
        }));
        return { found };
      },
      hasTopic: topic => topic === this.topic,
      position: async (partition, from) => {
        if (this.isDown) throw new Error('It was taken down.');
        if (this.isMissing) throw new Error('It is not there.');
        const { oldest, messages, made } = this.partition(partition);
        const since = beginOf(from);
        const at = messages.findIndex(one => one.timestamp >= since);
        const offset = oldest + (at < 0 ? messages.length : at);
        return positionAt(offset, made);
      },
      start: options =>
        this.read({
          ...options,
          signal: AbortSignal.any([options.signal, ending.signal]),
        }),
      lag: async positions =>
        new Map(
          this.isDown
            ? []
            : Array.from(positions, ([partition, position]) => [
                partition,
                this.endOf(partition) - placeOf(position).offset,
              ]),
        ),
      stop: async () => ending.abort(),
    };
  }

  /** Puts messages there, as others do. */
  send(messages: SentMessage[], partition = 0): void {
    this.isMissing = false;
    const log = this.log[partition];
    for (const { key, value, headers = {}, timestamp } of messages) {
      const offset = log.oldest + log.messages.length;
      const bytes = (text: string) => new TextEncoder().encode(text);
      log.messages.push({
        ...{ topic: this.topic, partition, offset },
        place: `${this.topic}/${partition}/${offset}`,
        timestamp: timestamp ?? Date.now(),
        ...(key !== undefined && { key: bytes(key) }),
        ...(value !== undefined && {
          value: typeof value === 'string' ? bytes(value) : value,
        }),
        headers: Object.entries(headers),
      });
    }
  }

  /** Nobody is answered until it is up again. */
  down(): void {
    this.isDown = true;
  }

  up(): void {
    this.isDown = false;
  }

  /** Deletes the oldest messages, as retention does. */
  deleteOldest(count: number, partition = 0): void {
    const log = this.log[partition];
    log.messages.splice(0, count);
    log.oldest += count;
  }

  /** As a person does who deletes a topic and makes it again. */
  recreate(partition = 0): void {
    this.isMissing = false;
    const made = this.log[partition].made + 1;
    this.log[partition] = { oldest: 0, messages: [], made };
  }

  /** As a person does who deletes a topic; what is sent makes it again. */
  remove(): void {
    for (const partition of this.log.keys()) this.recreate(partition);
    this.isMissing = true;
  }

  /** As a person does who enlarges a topic. */
  addPartition(): void {
    this.log.push({ oldest: 0, messages: [], made: 0 });
  }

  private async read(options: {
    partition: string;
    position: SourcePosition;
    emit(batch: SourceBatch): Promise<void>;
    trouble(message?: string): void;
    signal: AbortSignal;
  }): Promise<void> {
    const { partition, emit, trouble, signal } = options;
    const { made, ...from } = placeOf(options.position);
    let { offset } = from;
    let wasDown = false;
    while (!signal.aborted) {
      if (this.isDown !== wasDown) {
        wasDown = this.isDown;
        trouble(wasDown ? 'It was taken down.' : undefined);
      }
      const messages = wasDown ? [] : this.from(partition, offset, made);
      if (messages.length === 0) {
        await new Promise(done => setTimeout(done, lookMs));
        continue;
      }
      offset += messages.length;
      await emit({ messages, position: positionAt(offset, made) });
    }
  }

  private from(name: string, offset: number, made: number): SourceMessage[] {
    const { oldest, messages, ...log } = this.partition(name);
    if (made !== log.made) throw new EventsLost(name, 'It was made anew.');
    if (offset < oldest) {
      throw new EventsLost(
        name,
        `Messages ${offset} to ${oldest - 1} were deleted before they were read.`,
      );
    }
    const at = offset - oldest;
    return messages.slice(at, at + batchSize);
  }

  private partition(name: string): MemoryPartition {
    return this.log[Number(name.slice(name.lastIndexOf(':') + 1))];
  }

  private endOf(name: string): number {
    const { oldest, messages } = this.partition(name);
    return oldest + messages.length;
  }
}

function beginOf(from: SourceBegin): number {
  if (from === 'oldest') return -Infinity;
  return from === 'newest' ? Infinity : from.since;
}

function positionAt(offset: number, made: number): SourcePosition {
  return JSON.stringify({ offset, made });
}

function placeOf(position: SourcePosition): { offset: number; made: number } {
  return JSON.parse(position);
}
