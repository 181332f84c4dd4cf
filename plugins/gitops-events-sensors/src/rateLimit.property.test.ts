import fc from 'fast-check';
import { arrivals, spec as windows, tick } from './__testUtils__/againstModel';
import { limited } from './__testUtils__/limitModel';
import { model, type Arrival } from './__testUtils__/referenceModel';
import { eventOf, sensorOf } from './__testUtils__/sensorOf';
import { conditionOf } from './match/conditionOf';
import type { Sensor } from './schema';
import { SimulatedMemory } from './simulate/SimulatedMemory';
import { Simulation } from './simulate/Simulation';
import type { WindowKind } from './window';

interface Stream {
  window: WindowKind | undefined;
  condition: string;
  limit: Parameters<typeof limited>[1];
  events: Arrival[];
  /** Whether timers fire before each event comes, or only once it does. */
  timers: boolean[];
}

const minutes = fc.integer({ min: 1, max: 12 });
const streams: fc.Arbitrary<Stream> = fc
  .record({
    window: fc.option(windows, { nil: undefined }),
    condition: fc.constantFrom('a && b', 'a && !b', '!c && (a || b)', 'a || b'),
    limit: fc.record({
      max: fc.integer({ min: 1, max: 3 }),
      per: minutes,
      over: fc.constantFrom('delay' as const, 'drop' as const, 'hold' as const),
      atMost: minutes,
    }),
    events: arrivals,
  })
  .chain(stream =>
    fc
      .array(fc.boolean(), {
        minLength: stream.events.length,
        maxLength: stream.events.length,
      })
      .map(timers => ({ ...stream, timers })),
  );

const end = ({ events }: Stream) => (events.at(-1)?.at ?? 0) + 50;

/** What became of an event that fired: when its run begins, or what is done with it. */
type Verdicts = Record<string, number | 'at once' | 'dropped' | 'held'>;

function byModel(stream: Stream): Verdicts {
  const { window, limit, events } = stream;
  // Without a window each event fires when it comes.
  const spec = window ?? { batch: { size: 1, within: '1m' } };
  const condition = conditionOf(sensorWith(stream));
  const told = model(spec, condition, events, end(stream));
  const keys = new Map(events.map(({ uid, key }) => [uid, key]));
  const verdicts: Verdicts = {};
  for (const key of ['x', 'y']) {
    const own = told.firings
      .map((uids, n) => ({ uids, at: told.times[n] }))
      .filter(({ uids }) => keys.get(uids[0]) === key);
    const begin = limited(
      own.map(({ at }) => at),
      limit,
    );
    own.forEach(({ uids, at }, n) => {
      const verdict = begin[n] === at ? 'at once' : begin[n];
      for (const uid of uids) verdicts[uid] = verdict;
    });
  }
  return verdicts;
}

function byEngine(stream: Stream): Verdicts {
  const sensor = sensorWith(stream);
  const verdicts: Verdicts = {};
  const simulation = new Simulation({
    sensors: [sensor],
    memory: new SimulatedMemory(),
    decided: (_, { said, firings }) => {
      for (const { eventUid: uid, reason, firing } of said) {
        if (firing !== undefined) {
          const { held, delayed } = firings[firing];
          const begins = delayed ? delayed.until / tick : 'at once';
          verdicts[uid] = held ? 'held' : begins;
        } else if (reason.code === 'rateLimited') verdicts[uid] = 'dropped';
      }
    },
  });
  stream.events.forEach(({ uid, dependency, key, at }, n) => {
    const now = at * tick;
    if (stream.timers[n]) simulation.pass(now);
    simulation.arrive(sensor, {
      event: eventOf(undefined, { uid, acceptedAt: now }),
      evaluation: {
        result: 'matched',
        dependency,
        windowKey: key,
        rateKey: key,
      },
      now,
    });
  });
  simulation.pass(end(stream) * tick);
  return verdicts;
}

function sensorWith({ window, condition, limit }: Stream): Sensor {
  return sensorOf({
    dependencies: ['a', 'b', 'c'].map(name => ({ name, type: 'x' })),
    ...(window && 'join' in window && { condition }),
    window,
    rateLimit: {
      max: limit.max,
      per: `${limit.per}m`,
      over: limit.over,
      atMost: `${limit.atMost}m`,
    },
  });
}

describe('a rate limit and its reference model', () => {
  it('agree on when each firing of a key begins, with and without a window', () => {
    fc.assert(
      fc.property(streams, stream => {
        expect(byEngine(stream)).toEqual(byModel(stream));
      }),
      { numRuns: 4_000 },
    );
  });

  it('let no more begin than they say, from whichever partition events come', () => {
    const sensor = sensorOf({
      rateLimit: { max: 2, per: '1m', over: 'drop' },
    });
    const said: string[] = [];
    const simulation = new Simulation({
      sensors: [sensor],
      memory: new SimulatedMemory(),
      decided: (_, decision) =>
        said.push(...decision.said.map(({ outcome }) => outcome)),
    });
    // The second partition lags: its event counts as of now.
    for (const acceptedAt of [10_000, 9_000, 69_999, 70_000]) {
      simulation.arrive(sensor, {
        event: eventOf(undefined, { uid: `${acceptedAt}`, acceptedAt }),
        evaluation: { result: 'matched', dependency: 'pushed' },
        now: acceptedAt,
      });
    }
    expect(said).toEqual(['fired', 'fired', 'suppressed', 'fired']);
  });
});
