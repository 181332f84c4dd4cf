import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Draft, Firing, StateRef, Timer } from './decision';
import { parseDuration } from './duration';
import type { RateLimit, Sensor } from './schema';

/** When firings of a key began or will begin, the newest `max` of them, in milliseconds since the epoch. */
export interface RateRow {
  times: number[];
  /** Accepted time reached; a later firing of an earlier time counts as of now. */
  clock?: number;
}

/**
 * Lets a firing through at most `max` times in any `per`; what is beyond is
 * delayed until there is room, dropped, or held.
 */
export function limitRate(
  draft: Draft,
  sensor: Sensor,
  what: { key: string; firing: Firing; reason: Reason },
): 'dropped' | undefined {
  const { key, firing, reason } = what;
  const { rateLimit } = sensor.spec;
  if (!rateLimit) {
    draft.fire(firing, reason);
    return undefined;
  }
  const ref: StateRef = { kind: 'rate', key };
  const { times, clock = 0 } = draft.recall<RateRow>(ref) ?? { times: [] };
  const at = Math.max(firing.at, clock);
  const start = startOf(times, at, rateLimit);
  const why = over(rateLimit, start, key);
  const waits = start > at;
  if (waits && rateLimit.over === 'drop') {
    for (const { uid } of firing.events) draft.say(uid, 'suppressed', why);
    return 'dropped';
  }
  const tooLong = start - at > parseDuration(rateLimit.atMost);
  if (waits && (rateLimit.over === 'hold' || tooLong)) {
    draft.fire({ ...firing, held: why }, why);
    return undefined;
  }
  const kept: RateRow = {
    times: [...times, start].slice(-rateLimit.max),
    clock: at,
  };
  draft.remember(ref, kept);
  draft.wake(ref, start + parseDuration(rateLimit.per));
  draft.fire(
    waits ? { ...firing, delayed: { until: start, reason: why } } : firing,
    waits ? why : reason,
  );
  return undefined;
}

/** What a timer does: without firings in its time a key is forgotten. */
export function forgetRate(
  draft: Draft,
  sensor: Sensor | undefined,
  timer: Timer,
) {
  const row = draft.recall<RateRow>(timer);
  if (!row) return;
  const rateLimit = sensor?.spec.rateLimit;
  const last = row.times[row.times.length - 1];
  const until = rateLimit ? last + parseDuration(rateLimit.per) : 0;
  if (until > timer.dueAt) draft.wake(timer, until);
  else draft.remember(timer, undefined);
}

function startOf(times: number[], at: number, { max, per }: RateLimit): number {
  const before = times[times.length - max];
  // In order: nothing overtakes what was delayed.
  const last = times[times.length - 1] ?? at;
  const free = before === undefined ? at : before + parseDuration(per);
  return Math.max(at, last, free);
}

function over(
  { max, per, over: what, atMost }: RateLimit,
  start: number,
  key: string,
): Reason {
  const limit = `at most ${max} in ${per}`;
  const messages = {
    delay: `Waits its turn: ${limit}. What would wait for more than ${atMost} is held.`,
    drop: `Dropped: ${limit}.`,
    hold: `Over the limit: ${limit}. Release it if it is wanted.`,
  };
  return {
    code: 'rateLimited',
    message: messages[what],
    detail: { key, until: start },
  };
}
