import fc from 'fast-check';
import { eventOf, sensorOf } from '../__testUtils__/sensorOf';
import { compileSensor } from '../compile';
import type { SensorInput } from '../schema';
import { simulate, type SimulatedEvent } from './simulate';

const uidOf = (number: number) => number.toString(16).padStart(32, '0');
const pushed = (
  number: number,
  atSeconds: number,
  data: unknown = {},
): SimulatedEvent => ({
  event: eventOf(data, {
    uid: uidOf(number),
    acceptedAt: 1_000_000 + atSeconds * 1_000,
  }),
});
const outcomes = (
  specs: Array<Partial<SensorInput['spec']>>,
  events: SimulatedEvent[],
  paused: string[] = [],
) =>
  simulate({
    sensors: specs.map((spec, at) =>
      compileSensor(sensorOf(spec, `sensor-${at}`)),
    ),
    events,
    paused: new Set(paused),
  }).map(
    ({ event, sensor, outcome, reason }) =>
      `${event} ${sensor} ${outcome} ${reason.code}`,
  );

describe('simulate', () => {
  it('answers for each sensor and event, in the order of the events', () => {
    expect(
      outcomes(
        [
          {
            dependencies: [
              { name: 'a', type: 'image.pushed', filter: 'event.data.n == 1' },
            ],
          },
          { dependencies: [{ name: 'a', type: 'image.*' }] },
          { dependencies: [{ name: 'a', type: 'other' }] },
        ],
        [pushed(1, 0, { n: 1 }), pushed(2, 1, { n: 2 })],
        ['sensor-1'],
      ),
    ).toEqual([
      '0 sensor-0 fired fired',
      '0 sensor-1 suppressed paused',
      '0 sensor-2 notMatched notListening',
      '1 sensor-0 notMatched filterFalse',
      '1 sensor-1 suppressed paused',
      '1 sensor-2 notMatched notListening',
    ]);
  });

  it('remembers keys for as long as the sensor says, in accepted time', () => {
    const dedupe = { key: 'event.data.n', for: '1m' };
    expect(
      outcomes(
        [{ dedupe }, {}],
        [
          pushed(1, 0, { n: 1 }),
          pushed(2, 59, { n: 1 }),
          pushed(3, 60, { n: 1 }),
          pushed(4, 61, { n: 2 }),
        ],
      ).filter(line => line.includes('sensor-0')),
    ).toEqual([
      '0 sensor-0 fired fired',
      '1 sensor-0 suppressed duplicate',
      '2 sensor-0 fired fired',
      '3 sensor-0 fired fired',
    ]);
  });

  it('lets what the limit dropped be sent again', () => {
    const spec = {
      dedupe: { key: 'event.data.n', for: '24h' },
      rateLimit: { max: 1, per: '1m', over: 'drop' as const },
    };
    const sent = [pushed(1, 0, { n: 1 }), pushed(2, 1, { n: 2 })];
    const again = [pushed(3, 120, { n: 2 }), pushed(4, 240, { n: 2 })];
    expect(outcomes([spec], [...sent, ...again])).toEqual([
      '0 sensor-0 fired fired',
      '1 sensor-0 suppressed rateLimited',
      '2 sensor-0 fired fired',
      '3 sensor-0 suppressed duplicate',
    ]);
  });

  it('holds the age against the time of the decision', () => {
    const late = pushed(1, 0);
    expect(
      outcomes(
        [{ maxAge: '1m' }],
        [late, { ...late, decidedAt: late.event.acceptedAt + 60_001 }],
      ),
    ).toEqual(['0 sensor-0 fired fired', '1 sensor-0 suppressed tooOld']);
  });

  it('says what a window came to, once its time is over', () => {
    const spec = { window: { batch: { within: '10s' } } };
    const events = [pushed(1, 0), pushed(2, 1)];
    const sensors = [compileSensor(sensorOf(spec))];
    const waiting = simulate({ sensors, events });
    expect(waiting.map(({ outcome }) => outcome)).toEqual([
      'waiting',
      'waiting',
    ]);
    const until = 1_000_000 + 10_000;
    const fired = simulate({ sensors, events, until });
    expect(fired.map(({ outcome }) => outcome)).toEqual(['fired', 'fired']);
    expect(fired.map(({ firing }) => firing?.events.length)).toEqual([
      undefined,
      2,
    ]);
  });

  it('takes evaluations from elsewhere', () => {
    const [decision] = simulate({
      sensors: [compileSensor(sensorOf())],
      events: [pushed(1, 0)],
      evaluation: () => ({
        result: 'error',
        reason: { code: 'deadline', message: 'It took too long.' },
      }),
    });
    expect(decision).toMatchObject({
      outcome: 'held',
      reason: { code: 'deadline' },
    });
  });

  it('fires once in each span of a key, whatever comes when', () => {
    const arrivals = fc.array(
      fc.record({ key: fc.integer({ min: 0, max: 2 }), after: fc.nat(30) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(arrivals, stream => {
        let at = 0;
        const events = stream.map(({ key, after }, index) => {
          at += after;
          return pushed(index + 1, at, { key });
        });
        const until = new Map<number, number>();
        const expected = events.map(({ event }, index) => {
          const { key } = stream[index];
          if (event.acceptedAt < (until.get(key) ?? 0)) return 'suppressed';
          until.set(key, event.acceptedAt + 20_000);
          return 'fired';
        });
        const decisions = simulate({
          sensors: [
            compileSensor(
              sensorOf({ dedupe: { key: 'event.data.key', for: '20s' } }),
            ),
          ],
          events,
        });
        expect(decisions.map(({ outcome }) => outcome)).toEqual(expected);
      }),
    );
  });
});
