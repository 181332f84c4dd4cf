import type { Condition } from '../match/condition';
import type { Sensor } from '../schema';
import type { Arrival } from './streams';

/**
 * docs/sensors.md and docs/windows.md, as plainly as it can be said: at each
 * minute everything is looked at. Shares no code with the engine.
 *
 * @returns why each event was let go, or with whom it fired and when that begins
 */
export function model(
  { window, maxAge, dedupe, schedule, rateLimit }: Sensor['spec'],
  condition: Condition,
  arrivals: Arrival[],
  until: number,
): Record<string, string> {
  const { join, count, batch, debounce, cooldown } = window ?? {};
  const fates: Record<string, string> = {};
  const minutes = (text: string) => Number(text.replace('m', ''));
  const end = (events: Arrival[], fate: string) => {
    for (const { uid } of events) fates[uid] = fate;
  };

  // What is said before a window is asked: the first that applies.
  const [marks, came]: Arrival[][] = [[], []];
  const isActive = (at: number) => {
    const { from, to } = schedule!.active[0];
    const day = new Date(at * 60_000).toISOString().slice(11, 16);
    return from < to ? from <= day && day < to : from <= day || day < to;
  };
  const refusal = ({ uid, at, decidedAt, same, odd }: Arrival) => {
    if (odd === 'notMatched') return odd;
    if (maxAge && decidedAt - at > minutes(maxAge)) return 'tooOld';
    if (schedule && !isActive(at)) return 'outsideHours';
    if (odd === 'broken') return `${uid} held`;
    const isOne = (mark: Arrival) =>
      mark.same === same && at < mark.at + minutes(dedupe!.for);
    return dedupe && marks.some(isOne) ? 'duplicate' : undefined;
  };

  // What is said behind it: never more than `max` in any `per`, in order.
  const begun: Array<{ key: string; at: number; start: number }> = [];
  const limited = (key: string, now: number): string => {
    if (!rateLimit) return 'at once';
    const { max, per, over, atMost } = rateLimit;
    const own = begun.filter(one => one.key === key);
    const at = Math.max(now, ...own.map(one => one.at));
    const isAllowed = (time: number) =>
      own.every(({ start }) => start <= time) &&
      own.filter(({ start }) => start > time - minutes(per)).length < max;
    let start = at;
    while (!isAllowed(start)) start += 1;
    const latest = over === 'delay' ? at + minutes(atMost) : at;
    if (start > latest) return over === 'drop' ? 'rateLimited' : 'held';
    begun.push({ key, at, start });
    return start > at ? `at ${start}` : 'at once';
  };
  const fired = new Map<string, number>();
  const fire = (events: Arrival[], now: number) => {
    const begins = limited(events[0].key, now);
    const all = events.map(({ uid }) => uid).join('+');
    end(events, begins === 'rateLimited' ? begins : `${all} ${begins}`);
    fired.set(events[0].key, now);
  };

  /** 1 is true, 0 false; what may still come is worth a half. */
  const truth = (part: Condition, there: string[], missing: number): number => {
    if (part.kind === 'name') return there.includes(part.name) ? 1 : missing;
    if (part.kind === 'not') return 1 - truth(part.of, there, missing);
    const { kind, left, right } = part;
    const sides = [left, right].map(side => truth(side, there, missing));
    return kind === 'and' ? Math.min(...sides) : Math.max(...sides);
  };
  const asks = (part: Condition, name: string, isNot = false): boolean => {
    if (part.kind === 'name') return part.name === name && !isNot;
    if (part.kind === 'not') return asks(part.of, name, !isNot);
    return [part.left, part.right].some(side => asks(side, name, isNot));
  };
  const fireJoin = (waiting: Arrival[], now: number, missing: number) => {
    const there = waiting.map(({ dependency }) => dependency);
    if (truth(condition, there, missing) < 1) return;
    const taken = ({ dependency }: Arrival, place: number) =>
      asks(condition, dependency) && there.indexOf(dependency) === place;
    fire(waiting.filter(taken), now);
  };

  const waitingFor = (key: string) =>
    came.filter(event => event.key === key && !(event.uid in fates));
  /** What is due at this moment, before an event of the same moment. */
  const due = (key: string, now: number): void => {
    const waiting = waitingFor(key);
    const [first] = waiting;
    if (!first) return;
    const isOver = (time: string, { at } = first) => at + minutes(time) <= now;
    const resets = Number(join?.reset?.cron.split(/[/ ]/)[1]);
    if (join && isOver(join.within)) {
      if (asks(condition, first.dependency)) fireJoin(waiting, now, 0);
      if (!(first.uid in fates)) end([first], 'expired');
      due(key, now);
    } else if (now % resets === 0) end(waiting, 'reset');
    else if (count && isOver(count.within)) {
      end([first], 'expired');
      due(key, now);
    } else if (batch && isOver(batch.within)) fire(waiting, now);
    else if (debounce) {
      const last = waiting.pop()!;
      const isLate = debounce.atMost && isOver(debounce.atMost);
      if (!isLate && !isOver(debounce.quiet, last)) return;
      end(waiting, 'debounced');
      fire([last], now);
    }
  };
  const arrive = (event: Arrival) => {
    const { key, at, dependency } = event;
    came.push(event);
    const waiting = waitingFor(key);
    if (join) {
      const same = waiting.filter(one => one.dependency === dependency);
      if (same.length > 100) end([same[0]], 'crowdedOut');
      fireJoin(waitingFor(key), at, 0.5);
    } else if (count && dependency === count.reset) end(waiting, 'reset');
    else if (cooldown && at < fired.get(key)! + minutes(cooldown.for)) {
      end([event], 'cooledDown');
    } else if (count || batch) {
      if (waiting.length === (count?.of ?? batch!.size)) fire(waiting, at);
    } else if (!debounce) fire([event], at);
  };

  const reached = new Map<string, number>();
  const pass = (key: string, to: number) => {
    for (let now = reached.get(key)! + 1; now <= to; now++) due(key, now);
    reached.set(key, to);
  };
  for (const event of arrivals) {
    const { key, uid, odd } = event;
    const refused = refusal(event);
    // Where something waits, nobody comes before what it has reached.
    const waits = waitingFor(key).length > 0;
    const at = Math.max(event.at, waits ? reached.get(key)! : 0);
    if (refused) end([event], refused);
    else if (odd === 'loop') end([event], `${uid} held`);
    else {
      pass(key, at);
      arrive({ ...event, at });
    }
    if (!refused && (window || fates[uid] !== 'rateLimited')) marks.push(event);
  }
  for (const key of reached.keys()) pass(key, until);
  return fates;
}
