import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import {
  Draft,
  type Decision,
  type Recall,
  type StateRef,
  type Timer,
} from './decision';
import { parseDuration } from './duration';
import type { Evaluation, Match } from './evaluate';
import { forgetRate, limitRate } from './rateLimit';
import { isActive, nextActive } from './schedule/activeHours';
import { momentInWords } from './schedule/zone';
import type { Sensor } from './schema';
import { decideArrival, decideClosing } from './window/decideWindow';

/** How many of our own steps may lead to an event before its chain is held. @public */
export const maxDepth = 8;

/** What a sensor remembers of a key that fired: events with the same key are duplicates until then. @public */
export interface DedupeMark {
  eventUid: string;
  /** Accepted time until which the mark counts, milliseconds since the epoch. */
  until: number;
}

/** How many more keys a sensor may remember, and how many in all. @public */
export interface MemoryRoom {
  left: number;
  limit: number;
}

/** @public */
export interface DecideInput {
  sensor: Sensor;
  evaluation: Evaluation;
  event: Pick<
    StoredEvent,
    'uid' | 'acceptedAt' | 'acknowledgedAt' | 'depth' | 'causationId' | 'about'
  >;
  /** What the sensor remembers under `stateRefsOf` this evaluation. */
  recall: Recall;
  paused: boolean;
  /** Milliseconds since the epoch. Only `maxAge` goes by it; all else goes by accepted time. */
  now: number;
  /** Without bound where it is left out. */
  room?: MemoryRoom;
}

/**
 * What a sensor says to an event, for good or that it waits. Pure: whoever
 * keeps the evaluation, what is remembered and the clock can ask again and
 * gets the same answer.
 *
 * The order is the order of the reasons people look for: an event that is not
 * meant for the sensor is told so even when it is paused; nor is one that tells
 * of what the sensor did itself; a paused sensor holds nothing; a duplicate fires nothing, so it cannot go on with a loop. What needs
 * more memory than there is room for is held, and changes nothing that is
 * remembered.
 *
 * @public
 */
export function decide(input: DecideInput): Decision {
  const { room, evaluation, event } = input;
  const decision = decideFreely(input);
  if (!room || decision.growth <= Math.max(0, room.left)) return decision;
  const match = evaluation.result === 'matched' ? evaluation : undefined;
  const draft = new Draft(input.recall);
  return hold(draft, event, noRoom(input.sensor, room), match).done();
}

function decideFreely(input: DecideInput): Decision {
  const { evaluation, event } = input;
  const draft = new Draft(input.recall);
  if (evaluation.result === 'notMatched') {
    return draft.say(event.uid, 'notMatched', evaluation.reason).done();
  }
  const suppressed =
    ownChange(input) ?? paused(input) ?? tooOld(input) ?? outsideHours(input);
  if (suppressed) return draft.say(event.uid, 'suppressed', suppressed).done();
  if (evaluation.result === 'error') {
    return hold(draft, event, evaluation.reason).done();
  }

  const duplicate = duplicateOf(draft, input, evaluation);
  if (duplicate) return draft.say(event.uid, 'suppressed', duplicate).done();
  const isDropped = go(draft, input, evaluation) === 'dropped';
  if (!isDropped) rememberKey(draft, input, evaluation);
  return draft.done();
}

/** To its window, or to a run. Dropped, it leaves no mark: it may be sent again. */
function go(
  draft: Draft,
  { sensor, event }: DecideInput,
  match: Match,
): 'dropped' | undefined {
  if (event.depth >= maxDepth) {
    hold(draft, event, loop(event), match);
    return undefined;
  }
  if (sensor.spec.window) {
    decideArrival(draft, sensor, { match, event });
    return undefined;
  }
  const { dependency, dedupeKey, rateKey: key = '' } = match;
  const firing = {
    events: [{ uid: event.uid, dependency, dedupeKey }],
    at: event.acceptedAt,
  };
  return limitRate(draft, sensor, { key, firing, reason: fired(dependency) });
}

/** What the sensor may ask its memory for while it decides. @public */
export function stateRefsOf(
  sensor: Sensor,
  evaluation: Evaluation,
): StateRef[] {
  if (evaluation.result !== 'matched') return [];
  const { dedupe, window, rateLimit } = sensor.spec;
  const { dedupeKey, windowKey = '', rateKey = '' } = evaluation;
  const refs: StateRef[] = [];
  if (dedupe && dedupeKey !== undefined) {
    refs.push({ kind: 'dedupe', key: dedupeKey });
  }
  if (window) refs.push({ kind: 'window', key: windowKey });
  if (rateLimit) refs.push({ kind: 'rate', key: window ? windowKey : rateKey });
  return refs;
}

/** As `stateRefsOf`, for a timer that is due. @public */
export function stateRefsOfTimer(
  sensor: Sensor | undefined,
  { kind, key }: StateRef,
): StateRef[] {
  const limited = kind === 'window' && sensor?.spec.rateLimit !== undefined;
  return limited
    ? [
        { kind, key },
        { kind: 'rate', key },
      ]
    : [{ kind, key }];
}

/**
 * What comes of a timer that is due. One that was renewed meanwhile comes
 * again later.
 *
 * @public
 */
export function fireTimer(input: {
  /** Undefined when it is no longer active. */
  sensor: Sensor | undefined;
  timer: Timer;
  recall: Recall;
  paused: boolean;
}): Decision {
  const { sensor, timer } = input;
  const draft = new Draft(input.recall);
  if (timer.kind === 'dedupe') forgetKey(draft, timer);
  else if (timer.kind === 'rate') forgetRate(draft, sensor, timer);
  else
    decideClosing(draft, {
      ...input,
      pausedReason: input.paused && sensor ? pausedBy(sensor) : undefined,
    });
  return draft.done();
}

function hold(
  draft: Draft,
  { uid, acceptedAt: at }: DecideInput['event'],
  held: Reason,
  match?: Match,
): Draft {
  const { dependency = '', dedupeKey } = match ?? {};
  const events = [{ uid, dependency, dedupeKey }];
  return draft.fire({ events, at, held }, held);
}

function noRoom({ metadata, spec }: Sensor, { limit }: MemoryRoom): Reason {
  const release = spec.window
    ? 'then send the event again; released, it fires alone.'
    : 'then release it.';
  return {
    code: 'memoryFull',
    message: `${metadata.name} remembers ${limit} keys already, as many as it may. Make its keys coarser, its times shorter, or raise gitopsEvents.limits.sensorKeys, ${release}`,
    detail: { limit },
  };
}

/** What a sensor changed is no news to it, else it might change it again, and again. */
function ownChange({ sensor, event }: DecideInput): Reason | undefined {
  const { name } = sensor.metadata;
  if (!event.about?.sensors.includes(name)) return undefined;
  const { changeId } = event.about;
  return {
    code: 'ownChange',
    message: `It tells of change ${changeId.slice(0, 8)}, which ${name} made itself.`,
    detail: { changeId },
  };
}

function paused(input: DecideInput): Reason | undefined {
  return input.paused ? pausedBy(input.sensor) : undefined;
}

function pausedBy({ metadata: { name } }: Sensor): Reason {
  const message = `${name} was paused; resume it, then send the event again if it still matters.`;
  return { code: 'paused', message };
}

function tooOld({ sensor, event, now }: DecideInput): Reason | undefined {
  const { maxAge } = sensor.spec;
  // What waited at a broker has grown old there.
  const age = now - (event.acknowledgedAt ?? event.acceptedAt);
  if (maxAge === undefined || age <= parseDuration(maxAge)) return undefined;
  const message = `It was ${Math.round(age / 1000)} s old when it was decided; this sensor takes events up to ${maxAge}.`;
  return { code: 'tooOld', message, detail: { ageMs: age } };
}

function outsideHours({ sensor, event }: DecideInput): Reason | undefined {
  const { metadata, spec } = sensor;
  const { schedule } = spec;
  const { acceptedAt } = event;
  if (schedule?.outside !== 'drop' || isActive(schedule, acceptedAt)) {
    return undefined;
  }
  const until = nextActive(schedule, acceptedAt);
  const message = `It came outside the active hours of ${metadata.title ?? metadata.name}, which begin again ${momentInWords(until, schedule.timeZone)}; send it then if it still matters.`;
  return { code: 'outsideHours', message, detail: { until } };
}

function duplicateOf(
  draft: Draft,
  { event }: DecideInput,
  { dedupeKey: key }: Match,
): Reason | undefined {
  if (key === undefined) return undefined;
  const mark = draft.recall<DedupeMark>({ kind: 'dedupe', key });
  if (!mark || event.acceptedAt >= mark.until || mark.eventUid === event.uid) {
    return undefined;
  }
  const { eventUid, until } = mark;
  return {
    code: 'duplicate',
    message: `Duplicate of event ${eventUid.slice(0, 8)}, which has the same key.`,
    detail: { eventUid, key, until },
  };
}

function rememberKey(
  draft: Draft,
  { sensor, event }: DecideInput,
  { dedupeKey: key }: Match,
): void {
  const { dedupe } = sensor.spec;
  if (!dedupe || key === undefined) return;
  const until = event.acceptedAt + parseDuration(dedupe.for);
  const mark: DedupeMark = { eventUid: event.uid, until };
  draft.remember({ kind: 'dedupe', key }, mark);
  draft.wake({ kind: 'dedupe', key }, until);
}

function forgetKey(draft: Draft, timer: Timer): void {
  const mark = draft.recall<DedupeMark>(timer);
  if (!mark) return;
  if (mark.until > timer.dueAt) draft.wake(timer, mark.until);
  else draft.remember(timer, undefined);
}

function fired(dependency: string): Reason {
  return { code: 'fired', message: `\`${dependency}\` matched.` };
}

function loop({ causationId, depth }: DecideInput['event']): Reason {
  return {
    code: 'loop',
    message: `${depth} of our own steps led to this event, which looks like a loop; check what the chain keeps changing, then release or discard it.`,
    detail: { depth, causationId },
  };
}
