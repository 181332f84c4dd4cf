import { decide, fireTimer, stateRefsOf } from '../decide';
import type { Decision, StateRef, Timer } from '../decision';
import type { Sensor, SensorInput } from '../schema';
import { sensorOf } from '../__testUtils__/sensorOf';

const dependencies = [
  { name: 'a', type: 'test.a' },
  { name: 'b', type: 'test.b' },
];

/** A sensor with its memory, asked as the engine asks it. */
function started(spec: Partial<SensorInput['spec']>) {
  let sensor: Sensor = sensorOf({ dependencies, ...spec });
  const state = new Map<string, unknown>();
  let timers: Timer[] = [];
  const name = ({ kind, key }: StateRef) => `${kind} ${key}`;
  const recall = (ref: StateRef) => state.get(name(ref));
  const take = (decision: Decision) => {
    for (const write of decision.stateWrites) {
      if (write.value === undefined) state.delete(name(write));
      else state.set(name(write), JSON.parse(JSON.stringify(write.value)));
    }
    for (const timer of decision.timers) {
      timers = timers.filter(one => name(one) !== name(timer)).concat(timer);
    }
    return {
      said: Object.fromEntries(
        decision.said.map(({ eventUid, outcome, reason }) => [
          eventUid,
          `${outcome}: ${reason.code}`,
        ]),
      ),
      firings: decision.firings.map(({ events, ...firing }) => ({
        ...firing,
        events: events.map(({ uid }) => uid).join('+'),
      })),
    };
  };
  return {
    state,
    event(uid: string, at: number, dependency = 'a', key = 'k', depth = 0) {
      const evaluation = {
        result: 'matched' as const,
        dependency,
        windowKey: key,
        rateKey: key,
      };
      const allowed = stateRefsOf(sensor, evaluation).map(name);
      return take(
        decide({
          sensor,
          evaluation,
          event: { uid, acceptedAt: at, depth, causationId: undefined },
          recall: ref => {
            expect(allowed).toContain(name(ref));
            return recall(ref);
          },
          paused: false,
          now: at,
        }),
      );
    },
    /** Fires what is due by then. */
    until(at: number, now: { paused?: boolean; removed?: boolean } = {}) {
      const due = timers.filter(({ dueAt }) => dueAt <= at);
      timers = timers.filter(({ dueAt }) => dueAt > at);
      return due.map(timer =>
        take(
          fireTimer({
            sensor: now.removed ? undefined : sensor,
            timer,
            recall,
            paused: now.paused ?? false,
          }),
        ),
      );
    },
    change(next: Partial<SensorInput['spec']>) {
      sensor = sensorOf({ dependencies, ...next });
    },
  };
}

describe('a sensor with a window', () => {
  it('joins two events, each once', () => {
    const { event, state } = started({ window: { join: { within: '10s' } } });
    expect(event('1', 0)).toMatchObject({ said: { 1: 'waiting: window' } });
    expect(event('2', 1_000, 'b', 'other')).toMatchObject({ firings: [] });
    expect(event('3', 2_000, 'b')).toEqual({
      said: { 1: 'fired: fired', 3: 'fired: fired' },
      firings: [{ events: '1+3', at: 2_000, windowKey: 'k' }],
    });
    expect([...state.keys()]).toEqual(['window other']);
  });

  it('lets go what waited too long, by its timer alone', () => {
    const { event, until, state } = started({
      window: { join: { within: '10s' } },
    });
    event('1', 0);
    expect(until(9_999)).toEqual([]);
    expect(until(10_000)).toMatchObject([
      { said: { 1: 'suppressed: expired' } },
    ]);
    expect(state.size).toBe(0);
  });

  it('fires a batch by its timer, within its limit', () => {
    const { event, until } = started({
      window: { batch: { within: '10s' } },
      rateLimit: { max: 1, per: '1m', over: 'drop' },
    });
    event('1', 0);
    event('2', 1);
    expect(until(10_000)).toMatchObject([{ firings: [{ events: '1+2' }] }]);
    event('3', 11_000);
    expect(until(21_000)).toMatchObject([
      { said: { 3: 'suppressed: rateLimited' }, firings: [] },
    ]);
  });

  it('lets go what waits when it was paused meanwhile', () => {
    const { event, until } = started({ window: { batch: { within: '10s' } } });
    event('1', 0);
    expect(until(10_000, { paused: true })).toMatchObject([
      { said: { 1: 'suppressed: paused' }, firings: [] },
    ]);
  });

  it('lets go what waits when it was removed', () => {
    const { event, until, state } = started({
      window: { batch: { within: '10s' } },
    });
    event('1', 0);
    expect(until(10_000, { removed: true })).toMatchObject([
      { said: { 1: 'suppressed: sensorRemoved' } },
    ]);
    expect(state.size).toBe(0);
  });

  it.each([
    [
      'by the next event',
      (at: ReturnType<typeof started>) => [at.event('2', 1)],
    ],
    ['by the timer', (at: ReturnType<typeof started>) => at.until(10_000)],
  ])('lets go what waits in a window that is another now, %s', (_, next) => {
    const at = started({ window: { batch: { within: '10s' } } });
    at.event('1', 0);
    at.change({ window: { debounce: { quiet: '1s' } } });
    expect(next(at)).toMatchObject([
      { said: { 1: 'suppressed: windowChanged' } },
    ]);
  });

  const join = { window: { join: { within: '10s' } } };
  it.each<[string, Partial<SensorInput['spec']>]>([
    ['key', { window: { key: 'event.data.image', join: { within: '10s' } } }],
    ['condition', { ...join, condition: 'a && !b' }],
    [
      'filter of what it asks for',
      {
        ...join,
        dependencies: [dependencies[0], { name: 'b', type: 'test.c' }],
      },
    ],
  ])('joins nothing with what came under another %s', (_, next) => {
    const { event, change } = started(join);
    event('1', 0);
    change(next);
    expect(event('2', 1, 'b')).toMatchObject({
      said: { 1: 'suppressed: windowChanged' },
      firings: [],
    });
  });

  it('goes on when it changes what it does not ask for', () => {
    const unused = { name: 'c', type: 'test.c' };
    const spec = { ...join, condition: 'a && b' };
    const { event, change } = started({
      ...spec,
      dependencies: [...dependencies, unused],
    });
    event('1', 0);
    change(spec);
    expect(event('2', 1, 'b')).toMatchObject({ firings: [{ events: '1+2' }] });
  });

  it('takes a reworded title for the same window', () => {
    const { event, change } = started({ window: { join: { within: '10s' } } });
    event('1', 0);
    change({ title: 'New', window: { join: { within: '10s' } } });
    expect(event('2', 1, 'b')).toMatchObject({ firings: [{ events: '1+2' }] });
  });

  it('does not count an event that looks like a loop', () => {
    const { event } = started({ window: { count: { of: 2, within: '10s' } } });
    event('1', 0);
    expect(event('2', 1, 'a', 'k', 8)).toMatchObject({
      said: { 2: 'held: loop' },
    });
    expect(event('3', 2)).toMatchObject({ firings: [{ events: '1+3' }] });
  });
});

describe('an event that waits in a join', () => {
  it.each([
    ['a && b', 'a', 'Waits up to 10s for b.'],
    ['a && !b', 'a', 'Waits 10s to see whether b comes; fires if not.'],
    ['a && !b', 'b', 'Waits up to 10s for a.'],
    ['a && (!b || b)', 'a', 'Waits 10s to see whether b comes; fires if not.'],
  ])('of %s: %s says what it waits for', (condition, dependency, message) => {
    const sensor = sensorOf({
      dependencies,
      condition,
      window: { join: { within: '10s' } },
    });
    const [said] = decide({
      sensor,
      evaluation: { result: 'matched', dependency },
      event: { uid: '1', acceptedAt: 0, depth: 0 },
      recall: () => undefined,
      paused: false,
      now: 0,
    }).said;
    expect(said.reason.message).toBe(message);
  });
});

describe('a rate limit', () => {
  const limit = (over: 'delay' | 'drop' | 'hold', atMost?: string) =>
    started({ rateLimit: { max: 2, per: '10s', over, atMost } });

  it('delays, in order, at most two in any ten seconds', () => {
    const { event } = limit('delay');
    const starts = [0, 1, 2, 3, 4].map(n => {
      const [firing] = event(`${n}`, n * 1_000).firings as Array<{
        delayed?: { until: number };
      }>;
      return firing.delayed?.until ?? n * 1_000;
    });
    expect(starts).toEqual([0, 1_000, 10_000, 11_000, 20_000]);
  });

  it('holds what would wait for too long', () => {
    const { event } = limit('delay', '5s');
    event('1', 0);
    event('2', 0);
    expect(event('3', 1_000)).toMatchObject({
      said: { 3: 'held: rateLimited' },
    });
    expect(event('4', 6_000)).toMatchObject({
      firings: [{ delayed: { until: 10_000 } }],
    });
  });

  it.each([
    ['drop', 'suppressed: rateLimited', 0],
    ['hold', 'held: rateLimited', 1],
  ] as const)('%ss the third, by key', (over, fate, firings) => {
    const { event } = limit(over);
    event('1', 0);
    event('2', 0);
    const third = event('3', 9_999);
    expect(third.said).toEqual({ 3: fate });
    expect(third.firings).toHaveLength(firings);
    expect(event('4', 9_999, 'a', 'other').said).toEqual({ 4: 'fired: fired' });
    expect(event('5', 10_000).said).toEqual({ 5: 'fired: fired' });
  });

  it('remembers no more than it counts', () => {
    const { event, state } = limit('delay');
    for (let n = 0; n < 5; n++) event(`${n}`, n);
    const [{ times }] = [...state.values()] as Array<{ times: number[] }>;
    expect(times).toHaveLength(2);
  });

  it('goes by what it says now, where its time was made longer', () => {
    const { event, until, change, state } = limit('delay');
    event('1', 0);
    event('2', 0);
    change({ rateLimit: { max: 2, per: '20s', over: 'delay' } });
    until(10_000);
    expect(event('3', 10_000).firings).toMatchObject([
      { delayed: { until: 20_000 } },
    ]);
    until(39_999);
    expect(state.size).toBe(1);
    until(40_000);
    expect(state.size).toBe(0);
  });

  it('lets nothing overtake what waits, where its time was made shorter', () => {
    const { event, change } = limit('delay', '1h');
    for (let n = 0; n < 3; n++) event(`${n}`, 0);
    change({ rateLimit: { max: 2, per: '1s', over: 'delay' } });
    expect(event('4', 2_000).firings).toMatchObject([
      { delayed: { until: 10_000 } },
    ]);
  });

  it('forgets a key that was not used in its time', () => {
    const { event, until, state } = limit('delay');
    event('1', 0);
    event('2', 5_000);
    until(10_000);
    expect(state.size).toBe(1);
    until(15_000);
    expect(state.size).toBe(0);
  });
});
