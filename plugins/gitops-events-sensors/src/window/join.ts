import { parseDuration } from '../duration';
import { nextCron } from '../schedule/cron';
import { holds, positiveNames, type Condition } from '../match/condition';
import {
  reason,
  type LetGo,
  type WaitingEvent,
  type Window,
  type WindowFiring,
} from './window';

/** So many events of one dependency and key wait; the oldest makes room. */
export const maxWaiting = 100;

/** When all that wait are let go: five fields of cron, and where the clock hangs. */
export interface CronReset {
  cron: string;
  timeZone: string;
}

export interface JoinState {
  /** Oldest first; all of them came since the last reset. */
  waiting: WaitingEvent[];
}

/**
 * Fires when the condition is true of the events that wait. `!x` is decided when
 * the window of an event closes: `within` after it came. A window that closes at
 * the moment of a reset closes first.
 */
export function joinWindow(options: {
  condition: Condition;
  within: string;
  reset?: CronReset;
}): Window<JoinState> {
  const { condition } = options;
  const within = parseDuration(options.within);
  const resetAfter = nextReset(options.reset);
  const positive = positiveNames(condition);

  /** The oldest event of each dependency that the condition asks for. */
  const take = (waiting: WaitingEvent[]) =>
    waiting.filter(
      (event, at) =>
        positive.has(event.dependency) &&
        waiting.findIndex(one => one.dependency === event.dependency) === at,
    );
  const isTrue = (waiting: WaitingEvent[], closing: boolean) =>
    holds(condition, {
      present: new Set(waiting.map(({ dependency }) => dependency)),
      closing,
    });
  const expired = ({ uid, dependency }: WaitingEvent): LetGo => ({
    uid,
    reason: reason(
      'expired',
      positive.has(dependency)
        ? `The condition was not true within ${options.within} of it.`
        : `Nothing that \`${dependency}\` rules out came within ${options.within}.`,
    ),
  });
  const forgotten = ({ uid }: WaitingEvent): LetGo => ({
    uid,
    reason: reason(
      'reset',
      `All that waited was let go by its reset (${options.reset!.cron}, ${options.reset!.timeZone}) before the condition was true.`,
    ),
  });
  const settle = (
    waiting: WaitingEvent[],
    firings: WindowFiring[],
    letGo: LetGo[],
  ) => ({
    state: waiting.length > 0 ? { waiting } : undefined,
    firings,
    letGo,
  });

  return {
    dueAt: ({ waiting: [first] }) =>
      first && Math.min(first.at + within, resetAfter(first.at)),
    waitsFor: ({ waiting }) => {
      const there = new Set(waiting.map(({ dependency }) => dependency));
      const missing = [...positive].filter(name => !there.has(name));
      const rest = missing.length > 0 ? missing.join(', ') : 'the others';
      const before = options.reset ? ', or until its reset' : '';
      return `Waits up to ${options.within}${before} for ${rest}.`;
    },
    pass: (state, until) => {
      let { waiting } = state;
      const firings: WindowFiring[] = [];
      const letGo: LetGo[] = [];
      while (waiting.length > 0) {
        const [closing] = waiting;
        const closes = closing.at + within;
        const resets = resetAfter(closing.at);
        if (Math.min(closes, resets) > until) break;
        if (resets < closes) {
          letGo.push(...waiting.map(forgotten));
          waiting = [];
        } else if (positive.has(closing.dependency) && isTrue(waiting, true)) {
          const taken = take(waiting);
          firings.push({ events: taken, at: closes });
          waiting = waiting.filter(event => !taken.includes(event));
        } else {
          letGo.push(expired(closing));
          waiting = waiting.slice(1);
        }
      }
      return settle(waiting, firings, letGo);
    },
    arrive: (state, event) => {
      const before = state?.waiting ?? [];
      const same = before.filter(
        ({ dependency }) => dependency === event.dependency,
      );
      const crowded = same.length >= maxWaiting ? same[0] : undefined;
      const waiting = [...before.filter(one => one !== crowded), event];
      const letGo = crowded
        ? [
            {
              uid: crowded.uid,
              reason: reason(
                'crowdedOut',
                `${maxWaiting} newer events of \`${crowded.dependency}\` wait under the same key; make the key finer or the window shorter.`,
              ),
            },
          ]
        : [];
      if (!isTrue(waiting, false)) return settle(waiting, [], letGo);
      const taken = take(waiting);
      return settle(
        waiting.filter(one => !taken.includes(one)),
        [{ events: taken, at: event.at }],
        letGo,
      );
    },
  };
}

/** The first reset after a moment; mostly the one that was asked for before. */
function nextReset(reset: CronReset | undefined): (moment: number) => number {
  if (!reset) return () => Infinity;
  let known = { after: Infinity, next: -Infinity };
  return moment => {
    if (moment < known.after || moment >= known.next) {
      known = { after: moment, next: nextCron(reset, moment) };
    }
    return known.next;
  };
}
