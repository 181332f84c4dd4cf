import { parseDuration } from '../duration';
import { holds, positiveNames, type Condition } from '../match/condition';
import { nextReset, type CronReset } from './cronReset';
import {
  reason,
  type LetGo,
  type WaitingEvent,
  type Window,
  type WindowFiring,
  type WindowResult,
} from './window';

/** So many events of one dependency and key wait; the oldest makes room. */
export const maxWaiting = 100;

export interface JoinState {
  /** Oldest first; all of them came since the last reset. */
  waiting: WaitingEvent[];
}

/** What a join goes by. */
interface Join {
  condition: Condition;
  /** Names that the condition asks for without `!`. */
  asked: ReadonlySet<string>;
  within: string;
  withinMs: number;
  reset?: CronReset;
  resetAfter(moment: number): number;
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
  const join = {
    ...options,
    asked: positiveNames(options.condition),
    withinMs: parseDuration(options.within),
    resetAfter: nextReset(options.reset),
  };
  return {
    dueAt: ({ waiting: [first] }) =>
      first && Math.min(first.at + join.withinMs, join.resetAfter(first.at)),
    waitsFor: state => waitsFor(join, state),
    pass: (state, until) => pass(join, state, until),
    arrive: (state, event) => arrive(join, state?.waiting ?? [], event),
  };
}

function isTrue(
  { condition }: Join,
  waiting: WaitingEvent[],
  closing: boolean,
): boolean {
  return holds(condition, { present: namesThere(waiting), closing });
}

function namesThere(waiting: WaitingEvent[]): Set<string> {
  return new Set(waiting.map(({ dependency }) => dependency));
}

/** The oldest event of each dependency that the condition asks for. */
function take({ asked }: Join, waiting: WaitingEvent[]): WaitingEvent[] {
  return waiting.filter(
    (event, at) =>
      asked.has(event.dependency) &&
      waiting.findIndex(one => one.dependency === event.dependency) === at,
  );
}

function waitsFor(join: Join, { waiting }: JoinState): string {
  const { condition, asked, within, reset } = join;
  const there = namesThere(waiting);
  const missing = (names: ReadonlySet<string>) =>
    [...names].filter(name => !there.has(name));
  const before = reset ? ', or until its reset,' : '';
  if (isTrue(join, waiting, true)) {
    const ruledOut = missing(positiveNames(condition, false)).join(' or ');
    return `Waits ${within}${before} to see whether ${ruledOut} comes; fires if not.`;
  }
  const names = missing(asked);
  const rest = names.length > 0 ? names.join(', ') : 'the others';
  return `Waits up to ${within}${before} for ${rest}.`;
}

function pass(
  join: Join,
  { waiting: before }: JoinState,
  until: number,
): WindowResult<JoinState> {
  let waiting = before;
  const firings: WindowFiring[] = [];
  const letGo: LetGo[] = [];
  while (waiting.length > 0) {
    const [closing] = waiting;
    const closes = closing.at + join.withinMs;
    const resets = join.resetAfter(closing.at);
    if (Math.min(closes, resets) > until) break;
    const asked = join.asked.has(closing.dependency);
    if (resets < closes) {
      letGo.push(...waiting.map(event => forgotten(join, event)));
      waiting = [];
    } else if (asked && isTrue(join, waiting, true)) {
      const taken = take(join, waiting);
      firings.push({ events: taken, at: closes });
      waiting = waiting.filter(event => !taken.includes(event));
    } else {
      letGo.push(expired(join, closing));
      waiting = waiting.slice(1);
    }
  }
  return { state: stateOf(waiting), firings, letGo };
}

function arrive(
  join: Join,
  before: WaitingEvent[],
  event: WaitingEvent,
): WindowResult<JoinState> {
  const { dependency, at } = event;
  const same = before.filter(one => one.dependency === dependency);
  const crowded = same.length >= maxWaiting ? [same[0]] : [];
  const waiting = [...before.filter(one => !crowded.includes(one)), event];
  const letGo = crowded.map(crowdedOut);
  if (!isTrue(join, waiting, false)) {
    return { state: stateOf(waiting), firings: [], letGo };
  }
  const taken = take(join, waiting);
  const left = waiting.filter(one => !taken.includes(one));
  return { state: stateOf(left), firings: [{ events: taken, at }], letGo };
}

function stateOf(waiting: WaitingEvent[]): JoinState | undefined {
  return waiting.length > 0 ? { waiting } : undefined;
}

function expired({ asked, within }: Join, event: WaitingEvent): LetGo {
  const { uid, dependency } = event;
  const message = asked.has(dependency)
    ? `The condition was not true within ${within} of it.`
    : `Nothing that \`${dependency}\` rules out came within ${within}.`;
  return { uid, reason: reason('expired', message) };
}

function forgotten({ reset }: Join, { uid }: WaitingEvent): LetGo {
  const message = `All that waited was let go by its reset (${reset!.cron}, ${reset!.timeZone}) before the condition was true.`;
  return { uid, reason: reason('reset', message) };
}

function crowdedOut({ uid, dependency }: WaitingEvent): LetGo {
  const message = `${maxWaiting} newer events of \`${dependency}\` wait under the same key; make the key finer or the window shorter.`;
  return { uid, reason: reason('crowdedOut', message) };
}
