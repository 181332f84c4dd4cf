import { setTimeout as sleep } from 'node:timers/promises';
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import {
  EventsLost,
  type BusPosition,
  type EventBatch,
} from '@gitops-events/plugin-gitops-events-node';
import type { Link, LinkKeeper } from './link';
import { readMessage, type StoredMessage } from './messages';
import { placeOf, positionOf, type Place } from './place';
import { pull, PullFailed } from './pull';
import { Tidying } from './tidying';
import { refuseLost } from './whatIsLost';

const FORGOTTEN_AFTER_MS = 30_000;

export interface ReaderOptions {
  links: Pick<LinkKeeper, 'get'>;
  /** Of the partition, which is the name of its stream. */
  name: string;
  retentionDays: number;
  signal: AbortSignal;
  onBatch(batch: EventBatch): Promise<void>;
  /** Told why the stream cannot be read now; undefined once it can. */
  trouble(error: unknown): void;
}

/** What `onBatch` threw, which is nothing that the server did. */
class NotDecided extends Error {}

/**
 * Reads one stream until the signal aborts. A consumer of the server's memory
 * serves it, which keeps nothing that matters: whenever something is odd
 * another one is made, from our own position.
 *
 * @throws EventsLost
 */
export async function readStream(
  options: ReaderOptions,
  from: BusPosition | undefined,
): Promise<void> {
  const { name, signal, trouble, links } = options;
  const tidying = new Tidying(options);
  let place = placeOf(from);
  let failures = 0;
  while (!signal.aborted) {
    let consumer: Consumer | undefined;
    try {
      const link = await links.get();
      consumer = await openConsumer(link, options, place);
      place = { ...place, created: consumer.created };
      await tidying.tidy(link, place);
      while (!signal.aborted) {
        const messages = await pull(
          link,
          { stream: name, consumer: consumer.name },
          signal,
        );
        if (failures > 0) trouble(undefined);
        failures = 0;
        const whole = beforeGap(messages, place);
        if (whole.length > 0 && !signal.aborted) {
          const { seq, time } = whole[whole.length - 1];
          place = { ...place, seq, time };
          await onBatch(options, batchOf(whole, place));
        }
        await tidying.tidy(link, place);
        // Its answers may have got lost, or what they were about: another one tells.
        if (whole.length < messages.length) throw new PullFailed('a gap');
      }
    } catch (error) {
      if (error instanceof NotDecided) throw error.cause;
      if (signal.aborted) return;
      if (error instanceof EventsLost) throw error;
      trouble(error);
      failures += 1;
      await pause(Math.min(100 * 2 ** failures, 3_000), signal);
    } finally {
      await consumer?.remove();
    }
  }
}

interface Consumer {
  name: string;
  /** When its stream was made. */
  created: string;
  remove(): Promise<void>;
}

/** @throws EventsLost where what comes after the place is gone */
async function openConsumer(
  link: Link,
  { name, signal }: ReaderOptions,
  place: Place,
): Promise<Consumer> {
  const { manager, lost } = link;
  const consumer = await manager.consumers.add(name, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: place.seq + 1,
    inactive_threshold: nanos(FORGOTTEN_AFTER_MS),
    ...{ mem_storage: true, num_replicas: 1 },
  });
  const remove = async () => {
    if (lost.aborted) return;
    await manager.consumers.delete(name, consumer.name).catch(() => {});
  };
  try {
    // The consumer goes with its stream, so what is found now is what it reads.
    const created = await refuseLost(manager, name, place, signal);
    return { name: consumer.name, created, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What follows the place without a gap that nobody knows of. */
function beforeGap(messages: StoredMessage[], place: Place): StoredMessage[] {
  let { seq } = place;
  const known = place.missingTo ?? 0;
  const gap = messages.findIndex(message => {
    const isNext = message.seq === seq + 1 || message.seq - 1 <= known;
    seq = message.seq;
    return !isNext;
  });
  return gap < 0 ? messages : messages.slice(0, gap);
}

function batchOf(messages: StoredMessage[], next: Place): EventBatch {
  const found = messages.map(readMessage);
  return {
    events: found.flatMap(one => ('event' in one ? one.event : [])),
    probes: found.flatMap(one => ('probe' in one ? one.probe : [])),
    unreadable: found.flatMap(one =>
      'unreadable' in one ? one.unreadable : [],
    ),
    next: positionOf(next),
  };
}

async function onBatch(options: ReaderOptions, batch: EventBatch) {
  try {
    await options.onBatch(batch);
  } catch (cause) {
    throw new NotDecided('onBatch threw', { cause });
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
