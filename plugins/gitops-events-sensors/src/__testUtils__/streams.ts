import fc from 'fast-check';
import type { Condition } from '../match/condition';
import type { Sensor, SensorInput } from '../schema';
import { sensorOf } from './sensorOf';

/** An event that a sensor is asked about. Times are minutes, the least that cron knows. */
export interface Arrival {
  uid: string;
  dependency: string;
  /** Of its window and its limit. */
  key: string;
  /** What `dedupe` goes by. */
  same: string;
  /** When it was accepted, and when decided. */
  at: number;
  decidedAt: number;
  /** No dependency fits, an expression failed, or our own steps led to it. */
  odd?: 'notMatched' | 'broken' | 'loop';
}

/** A sensor, and events in the order of deciding. */
export interface Stream {
  spec: Partial<SensorInput['spec']>;
  condition: Condition;
  arrivals: Arrival[];
}

const names = ['a', 'b', 'c'];
const name = fc.constantFrom(...names);
const duration = fc.integer({ min: 1, max: 12 }).map(n => `${n}m`);
const reset = fc
  .constantFrom(2, 3, 4, 5, 6, 10, 15)
  .map(n => ({ cron: `*/${n} * * * *`, timeZone: 'UTC' }));

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

type Windows = NonNullable<SensorInput['spec']['window']>;
const window: fc.Arbitrary<Windows> = fc.oneof(
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
      { size: fc.integer({ min: 1, max: 4 }), within: duration },
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

const rateLimit = fc.record({
  max: fc.integer({ min: 1, max: 3 }),
  per: duration,
  over: fc.constantFrom('delay' as const, 'drop' as const, 'hold' as const),
  atMost: duration,
});

const minuteOfDay = fc
  .integer({ min: 0, max: 90 })
  .map(n => `0${Math.floor(n / 60)}:${`${n % 60}`.padStart(2, '0')}`);
const schedule = fc
  .record({ from: minuteOfDay, to: minuteOfDay })
  .filter(({ from, to }) => from !== to)
  .map(hours => ({ active: [hours], outside: 'drop' as const }));

const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, arbitrary);

/** Whatever a sensor may say of when it fires. */
export const specs = fc.record({
  window: fc.oneof({ weight: 4, arbitrary: window }, fc.constant(undefined)),
  rateLimit: seldom(rateLimit),
  dedupe: seldom(duration.map(time => ({ key: 'event.subject', for: time }))),
  maxAge: seldom(duration),
  schedule: seldom(schedule),
});

const arrival = fc.record({
  dependency: name,
  key: fc.constantFrom('x', 'y'),
  same: fc.integer({ min: 0, max: 9 }).map(String),
  gap: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }) },
    fc.integer({ min: 4, max: 15 }),
  ),
  delay: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    fc.integer({ min: 1, max: 12 }),
  ),
  odd: fc.oneof(
    { weight: 20, arbitrary: fc.constant(undefined) },
    fc.constantFrom('notMatched' as const, 'broken' as const, 'loop' as const),
  ),
  copies: fc.constant(1),
});

/** Once in a while one is sent so often that a window has no place for all. */
const stormy = fc
  .tuple(
    fc.array(arrival, { maxLength: 8 }),
    fc.record({ storm: arrival, copies: fc.integer({ min: 99, max: 102 }) }),
    fc.array(arrival, { maxLength: 8 }),
  )
  .map(([before, { storm, copies }, after]) => [
    ...before,
    { ...storm, copies, odd: undefined },
    ...after,
  ]);

/** Accepted one after the other, decided when their delay is over. */
export const arrivals: fc.Arbitrary<Arrival[]> = fc
  .oneof(
    { weight: 24, arbitrary: fc.array(arrival, { maxLength: 25 }) },
    stormy,
  )
  .map(list => {
    let at = 0;
    return list
      .flatMap(({ gap, delay, copies, ...event }, n) => {
        at += gap;
        return Array.from({ length: copies }, (_, copy) => ({
          ...event,
          uid: copies > 1 ? `event-${n}-${copy}` : `event-${n}`,
          same: copies > 1 ? `storm-${copy}` : event.same,
          at,
          decidedAt: at + delay,
        }));
      })
      .sort((one, other) => one.decidedAt - other.decidedAt);
  });

export const streams: fc.Arbitrary<Stream> = fc.record({
  spec: specs,
  condition,
  arrivals,
});

export function sensorOfStream({
  spec,
  condition: it,
}: Pick<Stream, 'spec' | 'condition'>): Sensor {
  return sensorOf({
    dependencies: names.map(one => ({ name: one, type: 'x' })),
    ...(spec.window?.join && { condition: textOf(it) }),
    ...spec,
  });
}

/** By then everything that waits is decided. */
export function endOf(list: Arrival[]): number {
  return Math.max(0, ...list.map(({ at }) => at)) + 50;
}

function textOf(part: Condition): string {
  if (part.kind === 'name') return part.name;
  if (part.kind === 'not') return `!(${textOf(part.of)})`;
  const sign = part.kind === 'and' ? '&&' : '||';
  return `(${textOf(part.left)} ${sign} ${textOf(part.right)})`;
}
