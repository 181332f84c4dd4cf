import { setTimeout as sleep } from 'node:timers/promises';
import type { JetStreamManager } from '@nats-io/jetstream';
import { EventsLost } from '@gitops-events/plugin-gitops-events-node';
import type { Place } from './place';

/** A server that has just become the leader may not have all of it for a moment. */
const LOOKS = 6;
const LOOK_MS = 500;
/** The server's error: there is no message of that number. */
const NO_MESSAGE = 10037;

/**
 * Compares a stream with how far it was read.
 *
 * @param isForeign - others may take messages out of its middle
 * @returns when it was made
 * @throws EventsLost where the next message is gone
 */
export async function refuseLost(
  manager: JetStreamManager,
  name: string,
  place: Place,
  signal: AbortSignal,
  isForeign = false,
): Promise<string> {
  for (let look = 1; ; look++) {
    const { created, state } = await manager.streams.info(name);
    const { first_seq: first, last_seq: last } = state;
    if (place.created !== undefined && place.created !== created) {
      throw new EventsLost(
        name,
        `The stream ${name} was made anew: it is of ${created}, and what was read last of one of ${place.created}.`,
      );
    }
    const next = Math.max(place.seq, place.missingTo ?? 0) + 1;
    if (first > next) {
      throw new EventsLost(
        name,
        first === next + 1
          ? deletedOne(name, next)
          : `Messages ${next} to ${first - 1} of the stream ${name} were deleted before they were read.`,
      );
    }
    if (last >= place.seq) {
      if (await isRefilled(manager, name, place)) {
        throw new EventsLost(
          name,
          `Message ${place.seq} of the stream ${name} is not the one that was read last: the stream lost its end and was filled again.`,
        );
      }
      if (!isForeign) await refuseHole(manager, name, place, last);
      return created;
    }
    if (look === LOOKS) {
      throw new EventsLost(
        name,
        `Read up to message ${place.seq}, but the stream ${name} ends at ${last}: it lost its end.`,
      );
    }
    await sleep(LOOK_MS, undefined, { signal });
  }
}

async function refuseHole(
  manager: JetStreamManager,
  name: string,
  { seq, missingTo = 0 }: Place,
  last: number,
): Promise<void> {
  if (last === seq || seq + 1 <= missingTo) return;
  if (!(await messageAt(manager, name, seq + 1))) {
    throw new EventsLost(name, deletedOne(name, seq + 1));
  }
}

/**
 * Whether another message has the number of the one that was read last. Where
 * that was deleted nothing tells: replicas that catch up then make up the time
 * which a stream says its end is of.
 */
export async function isRefilled(
  manager: JetStreamManager,
  name: string,
  { seq, time }: Place,
): Promise<boolean> {
  if (time === undefined) return false;
  const found = await messageAt(manager, name, seq);
  return found !== null && Date.parse(found.timestamp) !== time;
}

/** Null where there is none of that number. */
async function messageAt(manager: JetStreamManager, name: string, seq: number) {
  return manager.streams.getMessage(name, { seq }).catch(error => {
    if ((error as { code?: number }).code === NO_MESSAGE) return null;
    throw error;
  });
}

function deletedOne(name: string, seq: number): string {
  return `Message ${seq} of the stream ${name} was deleted before it was read.`;
}
