import type { Condition } from '../match/condition';
import type { WindowKind } from '../window';

/** What became of an event: the firing it is in, by its place, or why it was let go. */
export type Fate = number | string;

export interface Arrival {
  uid: string;
  dependency: string;
  key: string;
  at: number;
}

/**
 * docs/windows.md, as plainly as it can be said: time goes by one tick after
 * the other, and at each of them everything is looked at. Shares no code with
 * the windows themselves. Ticks are minutes.
 */
export function model(
  spec: WindowKind,
  condition: Condition,
  arrivals: Arrival[],
  until: number,
): { fates: Map<string, Fate>; firings: string[][]; times: number[] } {
  const fates = new Map<string, Fate>();
  const firings: string[][] = [];
  const times: number[] = [];
  let now = 0;
  const came: Arrival[] = [];
  const fire = (events: Arrival[]) => {
    for (const { uid } of events) fates.set(uid, firings.length);
    firings.push(events.map(({ uid }) => uid));
    times.push(now);
  };
  const letGo = (events: Arrival[], why: string) => {
    for (const { uid } of events) fates.set(uid, why);
  };
  const waitingOf = (key: string) =>
    came.filter(event => event.key === key && !fates.has(event.uid));
  const ticks = (text: string) => Number(text.replace('m', ''));
  /** Of a cron expression that happens every so many minutes. */
  const every = (cron: string) => Number(/[0-9]+/.exec(cron)![0]);
  const keys = [...new Set(arrivals.map(({ key }) => key))];

  const asks = (part: Condition, positive = true): string[] => {
    if (part.kind === 'name') return positive ? [part.name] : [];
    if (part.kind === 'not') return asks(part.of, !positive);
    return [...asks(part.left, positive), ...asks(part.right, positive)];
  };
  /** true, false, or undefined: it depends on what may still come. */
  const truth = (
    part: Condition,
    there: Set<string>,
    closing: boolean,
  ): boolean | undefined => {
    if (part.kind === 'name') {
      if (there.has(part.name)) return true;
      return closing ? false : undefined;
    }
    if (part.kind === 'not') {
      const inner = truth(part.of, there, closing);
      return inner === undefined ? undefined : !inner;
    }
    const sides = [part.left, part.right].map(side =>
      truth(side, there, closing),
    );
    const decisive = part.kind === 'or';
    if (sides.includes(decisive)) return decisive;
    return sides.includes(undefined) ? undefined : !decisive;
  };
  const fireJoin = (waiting: Arrival[], closing: boolean): boolean => {
    const there = new Set(waiting.map(({ dependency }) => dependency));
    if (truth(condition, there, closing) !== true) return false;
    const taken = new Set(
      asks(condition).map(name =>
        waiting.find(({ dependency }) => dependency === name),
      ),
    );
    fire(waiting.filter(event => taken.has(event)));
    return true;
  };

  /** What is due at this moment, before an event of the same moment. */
  const due = (key: string) => {
    const waiting = waitingOf(key);
    if (waiting.length === 0) return;
    const [first] = waiting;
    if ('join' in spec) {
      const { within, reset } = spec.join;
      if (first.at + ticks(within) > now) {
        if (reset && now % every(reset.cron) === 0) letGo(waiting, 'reset');
        return;
      }
      const asked = asks(condition).includes(first.dependency);
      if (!asked || !fireJoin(waiting, true)) letGo([first], 'expired');
      due(key);
    } else if ('count' in spec) {
      const { within } = spec.count;
      letGo(
        waiting.filter(({ at }) => at + ticks(within) <= now),
        'expired',
      );
    } else if ('batch' in spec) {
      if (first.at + ticks(spec.batch.within) <= now) fire(waiting);
    } else if ('debounce' in spec) {
      const { quiet, atMost } = spec.debounce;
      const last = waiting[waiting.length - 1];
      const isQuiet = last.at + ticks(quiet) <= now;
      const isLate = atMost !== undefined && first.at + ticks(atMost) <= now;
      if (!isQuiet && !isLate) return;
      letGo(waiting.slice(0, -1), 'debounced');
      fire([last]);
    }
  };

  const arrive = (event: Arrival) => {
    const before = waitingOf(event.key);
    const fired = came.filter(
      ({ key, uid }) => key === event.key && typeof fates.get(uid) === 'number',
    );
    came.push(event);
    const waiting = [...before, event];
    if ('join' in spec) {
      const same = before.filter(
        ({ dependency }) => dependency === event.dependency,
      );
      if (same.length >= 100) letGo([same[0]], 'crowdedOut');
      fireJoin(waitingOf(event.key), false);
    } else if ('count' in spec) {
      if (event.dependency === spec.count.reset) letGo(waiting, 'reset');
      else if (waiting.length === spec.count.of) fire(waiting);
    } else if ('batch' in spec) {
      if (waiting.length === spec.batch.size) fire(waiting);
    } else if ('cooldown' in spec) {
      const last = fired[fired.length - 1];
      const cooling = last && event.at < last.at + ticks(spec.cooldown.for);
      if (cooling) letGo([event], 'cooledDown');
      else fire([event]);
    }
  };

  for (; now <= until; now++) {
    for (const key of keys) due(key);
    for (const event of arrivals) if (event.at === now) arrive(event);
  }
  return { fates, firings, times };
}
