import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import { parseDuration } from './duration';
import type { Evaluation, Match } from './evaluate';
import type { Sensor } from './schema';

/** How many of our own steps may lead to an event before its chain is held. @public */
export const maxDepth = 8;

/** What a sensor remembers of a key that fired: events with the same key are duplicates until then. @public */
export interface DedupeMark {
  eventUid: string;
  /** Accepted time until which the mark counts, milliseconds since the epoch. */
  until: number;
}

/** One row of a sensor's state to write; without `value` it is deleted. @public */
export interface StateWrite {
  kind: 'dedupe';
  key: string;
  value: DedupeMark | undefined;
}

/** Fires once, when all that was accepted before `dueAt` is decided; replaces one of the same kind and key. @public */
export interface Timer {
  kind: 'dedupe';
  key: string;
  dueAt: number;
}

/** @public */
export interface DecideInput {
  sensor: Sensor;
  evaluation: Evaluation;
  event: Pick<StoredEvent, 'uid' | 'acceptedAt' | 'depth' | 'causationId'>;
  /** The dedupe mark of `evaluation.dedupeKey`, when there is one. */
  mark: DedupeMark | undefined;
  paused: boolean;
  /** Milliseconds since the epoch. Only `maxAge` goes by it; dedupe goes by accepted time. */
  now: number;
}

/** @public */
export interface Decision {
  outcome: 'fired' | 'notMatched' | 'suppressed' | 'held';
  reason: Reason;
  stateWrites: StateWrite[];
  timers: Timer[];
}

/**
 * What a sensor says to an event, for good. Pure: whoever keeps the evaluation,
 * the mark and the clock can ask again and gets the same answer.
 *
 * The order is the order of the reasons people look for: an event that is not
 * meant for the sensor is told so even when it is paused; a paused sensor holds
 * nothing; a duplicate fires nothing, so it cannot go on with a loop.
 *
 * @public
 */
export function decide(input: DecideInput): Decision {
  const { evaluation, event, mark } = input;
  if (evaluation.result === 'notMatched') {
    return plain('notMatched', evaluation.reason);
  }
  const suppressed = paused(input) ?? tooOld(input);
  if (suppressed) return plain('suppressed', suppressed);
  if (evaluation.result === 'error') return plain('held', evaluation.reason);

  if (mark && event.acceptedAt < mark.until && mark.eventUid !== event.uid) {
    return plain('suppressed', duplicateOf(mark, evaluation));
  }
  const remembered = remember(input, evaluation);
  return event.depth >= maxDepth
    ? { outcome: 'held', reason: loop(event), ...remembered }
    : { outcome: 'fired', reason: fired(evaluation), ...remembered };
}

/**
 * What a timer that is due does to its state row. A mark that was renewed
 * meanwhile stays, and its own timer comes later.
 *
 * @public
 */
export function fireTimer(
  timer: Timer,
  mark: DedupeMark | undefined,
): Pick<Decision, 'stateWrites' | 'timers'> {
  const { kind, key } = timer;
  if (!mark) return { stateWrites: [], timers: [] };
  if (mark.until > timer.dueAt) {
    return { stateWrites: [], timers: [{ kind, key, dueAt: mark.until }] };
  }
  return { stateWrites: [{ kind, key, value: undefined }], timers: [] };
}

function plain(outcome: Decision['outcome'], reason: Reason): Decision {
  return { outcome, reason, stateWrites: [], timers: [] };
}

function paused(input: DecideInput): Reason | undefined {
  if (!input.paused) return undefined;
  const { name } = input.sensor.metadata;
  const message = `${name} was paused; resume it, then send the event again if it still matters.`;
  return { code: 'paused', message };
}

function tooOld({ sensor, event, now }: DecideInput): Reason | undefined {
  const { maxAge } = sensor.spec;
  const age = now - event.acceptedAt;
  if (maxAge === undefined || age <= parseDuration(maxAge)) return undefined;
  const message = `It was ${Math.round(age / 1000)} s old when it was decided; this sensor takes events up to ${maxAge}.`;
  return { code: 'tooOld', message, detail: { ageMs: age } };
}

function duplicateOf(mark: DedupeMark, match: Match): Reason {
  return {
    code: 'duplicate',
    message: `Duplicate of event ${mark.eventUid.slice(0, 8)}, which has the same key.`,
    detail: {
      eventUid: mark.eventUid,
      key: match.dedupeKey,
      until: mark.until,
    },
  };
}

function fired({ dependency }: Match): Reason {
  return { code: 'fired', message: `\`${dependency}\` matched.` };
}

function loop({ causationId, depth }: DecideInput['event']): Reason {
  return {
    code: 'loop',
    message: `${depth} of our own steps led to this event, which looks like a loop; check what the chain keeps changing, then release or discard it.`,
    detail: { depth, causationId },
  };
}

function remember(
  { sensor, event }: DecideInput,
  { dedupeKey: key }: Match,
): Pick<Decision, 'stateWrites' | 'timers'> {
  const { dedupe } = sensor.spec;
  if (!dedupe || key === undefined) return { stateWrites: [], timers: [] };
  const until = event.acceptedAt + parseDuration(dedupe.for);
  const value = { eventUid: event.uid, until };
  return {
    stateWrites: [{ kind: 'dedupe', key, value }],
    timers: [{ kind: 'dedupe', key, dueAt: until }],
  };
}
