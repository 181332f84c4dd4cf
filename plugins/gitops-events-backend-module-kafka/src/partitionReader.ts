import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import {
  EventsLost,
  type BusPosition,
} from '@gitops-events/plugin-gitops-events-node';
import {
  connectCluster,
  fetchRecords,
  readBounds,
  type Cluster,
  type FetchedRecord,
} from './cluster';

const BATCH = 500;

/** Where to read on. The time of the record before tells a topic that was made anew. */
export interface Place {
  offset: bigint;
  /** Timestamp of the record before, in milliseconds since the epoch. */
  after?: string;
}

export function placeOf(position: BusPosition | undefined): Place {
  if (position === undefined) return { offset: 0n };
  const { offset, after } = JSON.parse(position);
  return { offset: BigInt(offset), after };
}

export function positionOf({ offset, after }: Place): BusPosition {
  return JSON.stringify({ offset: String(offset), after });
}

export interface ReaderOptions {
  kafka: Kafka;
  topic: string;
  partition: number;
  /** As who asked names it. */
  name: string;
  signal: AbortSignal;
  /** Given some of them at a time, and where to go on after them. */
  onRecords(records: FetchedRecord[], next: Place): Promise<void>;
  /** Told why they cannot be read now; undefined once they can. */
  trouble(error: unknown): void;
}

/**
 * Reads one partition until the signal aborts, with a connection of its own: a
 * broker answers what comes through one in turn, so another that has nothing
 * new would hold this one up.
 */
export async function readPartition(
  options: ReaderOptions,
  from: Place,
): Promise<void> {
  const { kafka, topic, signal, trouble } = options;
  let place = from;
  let failures = 0;
  let cluster: Cluster | undefined;
  let isChecked = false;
  try {
    while (!signal.aborted) {
      let records: FetchedRecord[];
      try {
        cluster ??= await connectCluster(kafka);
        if (!isChecked) {
          await cluster.addTargetTopic(topic);
          await refuseAnew(cluster, options, place);
        }
        isChecked = true;
        records = await fetchRecords(cluster, {
          ...options,
          offset: place.offset,
        });
        if (failures > 0) trouble(undefined);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof EventsLost) throw error;
        const isOut =
          (error as { type?: string }).type === 'OFFSET_OUT_OF_RANGE';
        if (isOut && cluster)
          await refuseGone(cluster, options, place).catch(rethrowLost);
        else trouble(error);
        failures += 1;
        isChecked = false;
        // Who was away may be another one now.
        await cluster?.disconnect().catch(() => {});
        cluster = undefined;
        await pause(Math.min(100 * 2 ** failures, 3_000), signal);
        continue;
      }
      for (let at = 0; at < records.length && !signal.aborted; at += BATCH) {
        const some = records.slice(at, at + BATCH);
        const last = some[some.length - 1];
        place = { offset: BigInt(last.offset) + 1n, after: last.timestamp };
        await options.onRecords(some, place);
      }
    }
  } finally {
    await cluster?.disconnect().catch(() => {});
  }
}

/** @throws EventsLost where the record before is another one than we read */
async function refuseAnew(
  cluster: Cluster,
  { topic, partition, name }: ReaderOptions,
  { offset, after }: Place,
): Promise<void> {
  if (offset === 0n || after === undefined) return;
  const bounds = (await readBounds(cluster, topic, [partition])).get(partition);
  // Else it is gone, as what was read may be, or there is less than we read.
  if (!bounds || bounds.oldest >= offset || bounds.next < offset) return;
  const [before] = await fetchRecords(cluster, {
    ...{ topic, partition, offset: offset - 1n },
  });
  if (!before || BigInt(before.offset) !== offset - 1n) return;
  if (before.timestamp === after) return;
  throw new EventsLost(
    name,
    `The topic ${topic} was made anew: its record ${offset - 1n} is not the one that was read last.`,
  );
}

/**
 * A position can be out of range for a moment, where a broker has just become
 * the leader; it is lost where it still is after a second.
 *
 * @throws EventsLost
 */
async function refuseGone(
  cluster: Cluster,
  { topic, partition, name, signal }: ReaderOptions,
  { offset }: Place,
): Promise<void> {
  await pause(1_000, signal);
  await cluster.refreshMetadata();
  const bounds = (await readBounds(cluster, topic, [partition])).get(partition);
  if (!bounds || signal.aborted) return;
  const { oldest, next } = bounds;
  if (offset < oldest) {
    throw new EventsLost(
      name,
      `Records ${offset} to ${oldest - 1n} of the topic ${topic} were deleted before they were read.`,
    );
  }
  if (offset > next) {
    throw new EventsLost(
      name,
      `Read up to record ${offset - 1n}, but the topic ${topic} ends at ${next - 1n}: it was made anew, or lost its end.`,
    );
  }
}

function rethrowLost(error: unknown): void {
  if (error instanceof EventsLost) throw error;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
