import { setTimeout as sleep } from 'node:timers/promises';
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { EventsLost } from '@gitops-events/plugin-gitops-events-node';
import type { Link, LinkKeeper } from './link';
import type { StoredMessage } from './messages';
import type { Place } from './place';
import { pull, PullFailed } from './pull';
import { refuseLost } from './whatIsLost';

const FORGOTTEN_AFTER_MS = 30_000;
/** A cluster that has found its leader again is asked soon after. */
const LONGEST_PAUSE_MS = 1_000;

export interface ReaderOptions {
  links: Pick<LinkKeeper, 'get'>;
  /** Of the stream. */
  name: string;
  /**
   * A stream of others: its owner may take messages out of its middle, so only
   * what is gone at its beginning is lost.
   */
  isForeign?: boolean;
  /** Those of a stream that are wanted, with wildcards; all where there are none. */
  subjects?: string[];
  signal: AbortSignal;
  /** Given some at a time, and the place after them; none where the place alone moved on. */
  onMessages(messages: StoredMessage[], next: Place): Promise<void>;
  /** Called with a place that is stored, again and again. */
  onPlace?(link: Link, place: Place): Promise<void>;
  /** Told why the stream cannot be read now; undefined once it can. */
  trouble(error: unknown): void;
}

/** What `onMessages` threw, which is nothing that the server did. */
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
  from: Place,
): Promise<void> {
  const { name, signal, trouble, links, onPlace } = options;
  let place = from;
  let failures = 0;
  while (!signal.aborted) {
    let consumer: Consumer | undefined;
    try {
      const link = await links.get();
      consumer = await openConsumer(link, options, place);
      place = { ...place, created: consumer.created };
      let delivered = 0;
      await onPlace?.(link, place);
      while (!signal.aborted) {
        const messages = await pull(
          link,
          { stream: name, consumer: consumer.name },
          signal,
        );
        if (failures > 0) trouble(undefined);
        failures = 0;
        const whole = options.isForeign
          ? beforeMissed(messages, delivered)
          : beforeGap(messages, place);
        delivered += whole.length;
        if (whole.length > 0 && !signal.aborted) {
          const { seq, time } = whole[whole.length - 1];
          place = { ...place, seq, time };
          await give(options, whole, place);
        } else if (options.isForeign && messages.length === 0) {
          const seq = await unwantedUpTo(link, options, consumer.name, {
            ...{ delivered, seq: place.seq },
          });
          if (seq > place.seq && !signal.aborted) {
            place = { ...place, seq, time: undefined };
            await give(options, [], place);
          }
        }
        await onPlace?.(link, place);
        // Its answers may have got lost, or what they were about: another one tells.
        if (whole.length < messages.length) throw new PullFailed('a gap');
      }
    } catch (error) {
      if (error instanceof NotDecided) throw error.cause;
      if (signal.aborted) return;
      if (error instanceof EventsLost) throw error;
      trouble(error);
      failures += 1;
      await pause(Math.min(100 * 2 ** failures, LONGEST_PAUSE_MS), signal);
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
  { name, signal, subjects = [], isForeign }: ReaderOptions,
  place: Place,
): Promise<Consumer> {
  const { manager, lost } = link;
  const consumer = await manager.consumers.add(name, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: place.seq + 1,
    ...(subjects.length === 1 && { filter_subject: subjects[0] }),
    ...(subjects.length > 1 && { filter_subjects: subjects }),
    inactive_threshold: nanos(FORGOTTEN_AFTER_MS),
    ...{ mem_storage: true, num_replicas: 1 },
  });
  const remove = async () => {
    if (lost.aborted) return;
    await manager.consumers.delete(name, consumer.name).catch(() => {});
  };
  try {
    // The consumer goes with its stream, so what is found now is what it reads.
    const created = await refuseLost(manager, name, place, signal, isForeign);
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

/** What the consumer delivered without one that got lost on the way. */
function beforeMissed(
  messages: StoredMessage[],
  delivered: number,
): StoredMessage[] {
  const missed = messages.findIndex(
    (message, at) => message.delivered !== delivered + at + 1,
  );
  return missed < 0 ? messages : messages.slice(0, missed);
}

/**
 * Up to where a consumer that gives nothing has looked. A place that stood still
 * among messages that are not wanted would be gone with them one day.
 *
 * @returns 0 where that cannot be told
 */
async function unwantedUpTo(
  { manager }: Link,
  { name: stream, subjects = [] }: Pick<ReaderOptions, 'name' | 'subjects'>,
  consumer: string,
  { delivered, seq }: { delivered: number; seq: number },
): Promise<number> {
  const { state } = await manager.streams.info(stream);
  // Asked after that: what it has not delivered now came later.
  const info = await manager.consumers.info(stream, consumer);
  const isAll =
    info.num_pending === 0 && info.delivered.consumer_seq === delivered;
  if (!isAll || state.last_seq <= seq) return 0;
  // A consumer lives on one server, which may be behind the one that leads the stream.
  for (const subject of subjects.length > 0 ? subjects : ['>']) {
    const next = { seq: seq + 1, next_by_subj: subject };
    const found = await manager.streams.getMessage(stream, next);
    if (found && found.seq <= state.last_seq) return 0;
  }
  return state.last_seq;
}

async function give(
  options: ReaderOptions,
  messages: StoredMessage[],
  place: Place,
) {
  try {
    await options.onMessages(messages, place);
  } catch (cause) {
    throw new NotDecided('onMessages threw', { cause });
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
