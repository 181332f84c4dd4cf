import fc from 'fast-check';
import type { Condition } from '../match/condition';
import type { WindowRow, WindowKind, WindowStep } from '../window';
import { model, type Arrival } from './referenceModel';

/** The module under test; a copy with a bug in it has the same shape. */
export type WindowModule = Pick<
  typeof import('../window'),
  'createWindow' | 'arriveInWindow' | 'passWindow'
>;

/** A stream, and what happens to the engine meanwhile. */
export interface Stream {
  spec: WindowKind;
  condition: Condition;
  arrivals: Arrival[];
  /** Before each arrival: whether timers fire in time, and whether the process restarts. */
  meanwhile: Array<{ timers: boolean; restart: boolean }>;
}

const names = ['a', 'b', 'c'];
/** A tick is a minute, the least that cron knows. */
export const tick = 60_000;
const duration = fc.integer({ min: 1, max: 12 }).map(n => `${n}m`);
const reset = fc
  .constantFrom(2, 3, 4, 5, 6, 10, 15)
  .map(n => ({ cron: `*/${n} * * * *`, timeZone: 'UTC' }));
const name = fc.constantFrom(...names);

const condition: fc.Arbitrary<Condition> = fc.letrec<{ it: Condition }>(
  tie => ({
    it: fc.oneof(
      { maxDepth: 3 },
      fc.record({ kind: fc.constant('name' as const), name }),
      fc.record({ kind: fc.constant('not' as const), of: tie('it') }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        left: tie('it'),
        right: tie('it'),
      }),
    ),
  }),
).it;

export const spec: fc.Arbitrary<WindowKind> = fc.oneof(
  fc.record({
    join: fc.record({ within: duration, reset }, { requiredKeys: ['within'] }),
  }),
  fc.record({
    count: fc.record(
      { of: fc.integer({ min: 2, max: 4 }), within: duration, reset: name },
      { requiredKeys: ['of', 'within'] },
    ),
  }),
  fc.record({
    batch: fc.record(
      { size: fc.integer({ min: 2, max: 4 }), within: duration },
      { requiredKeys: ['within'] },
    ),
  }),
  fc.record({
    debounce: fc.record(
      { quiet: duration, atMost: duration },
      { requiredKeys: ['quiet'] },
    ),
  }),
  fc.record({ cooldown: fc.record({ for: duration }) }),
);

export const arrivals = fc
  .array(
    fc.record({
      dependency: name,
      key: fc.constantFrom('x', 'y'),
      gap: fc.oneof(
        { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }) },
        fc.integer({ min: 4, max: 15 }),
      ),
    }),
    { maxLength: 25 },
  )
  .map(list => {
    let at = 0;
    return list.map(({ gap, ...event }, n): Arrival => {
      at += gap;
      return { ...event, uid: `event-${n}`, at };
    });
  });

export const streams: fc.Arbitrary<Stream> = fc
  .record({ spec, condition, arrivals })
  .chain(stream =>
    fc.record({
      spec: fc.constant(stream.spec),
      condition: fc.constant(stream.condition),
      arrivals: fc.constant(stream.arrivals),
      meanwhile: fc.array(
        fc.record({ timers: fc.boolean(), restart: fc.boolean() }),
        {
          minLength: stream.arrivals.length,
          maxLength: stream.arrivals.length,
        },
      ),
    }),
  );

/** Each event with the events of its firing, or with why it was let go; those that still wait are missing. */
export type Fates = Record<string, string>;

export function fatesByModel(stream: Stream): Fates {
  const { fates, firings } = model(
    stream.spec,
    stream.condition,
    stream.arrivals,
    endOf(stream),
  );
  return Object.fromEntries(
    [...fates].map(([uid, fate]) => [
      uid,
      typeof fate === 'number' ? firings[fate].join('+') : fate,
    ]),
  );
}

export function fatesByEngine(module: WindowModule, stream: Stream): Fates {
  const window = module.createWindow(stream.spec, stream.condition);
  const fates: Fates = {};
  let rows = new Map<string, WindowRow>();
  let timers = new Map<string, number>();
  const told = (key: string, { row, dueAt, firings, letGo }: WindowStep) => {
    if (row) rows.set(key, row);
    else rows.delete(key);
    if (dueAt === undefined) timers.delete(key);
    else timers.set(key, dueAt);
    const tell = (uid: string, fate: string) => {
      fates[uid] = uid in fates ? `${fates[uid]} and ${fate}` : fate;
    };
    for (const { events } of firings) {
      const all = events.map(({ uid }) => uid).join('+');
      for (const { uid } of events) tell(uid, all);
    }
    for (const { uid, reason } of letGo) tell(uid, reason.code);
  };
  const fireTimers = (until: number) => {
    for (let turn = 0; ; turn++) {
      if (turn > 1_000) throw new Error('Timers never come to an end.');
      const due = [...timers].filter(([, at]) => at <= until);
      if (due.length === 0) return;
      const [key, at] = due.sort((one, other) => one[1] - other[1])[0];
      timers.delete(key);
      told(key, module.passWindow(window, rows.get(key), at));
    }
  };
  stream.arrivals.forEach((event, n) => {
    if (stream.meanwhile[n].restart) {
      rows = new Map(JSON.parse(JSON.stringify([...rows])));
      timers = new Map(JSON.parse(JSON.stringify([...timers])));
    }
    const at = event.at * tick;
    if (stream.meanwhile[n].timers) fireTimers(at);
    const arrival = { ...event, at };
    told(
      event.key,
      module.arriveInWindow(window, rows.get(event.key), arrival),
    );
  });
  fireTimers(endOf(stream) * tick);
  return fates;
}

function endOf({ arrivals: list }: Stream): number {
  return (list[list.length - 1]?.at ?? 0) + 50;
}
