import fc from 'fast-check';
import { decide, fireTimer, maxDepth, type DedupeMark } from './decide';
import type { Recall } from './decision';
import type { Evaluation } from './evaluate';
import { sensorOf } from './__testUtils__/sensorOf';

const matched = (dedupeKey?: string): Evaluation => ({
  result: 'matched',
  dependency: 'pushed',
  scope: { title: 'x', params: {} },
  dedupeKey,
});
const nothing: Recall = () => undefined;
const event = (uid: string, acceptedAt: number, depth = 0) => ({
  uid,
  acceptedAt,
  depth,
  causationId: depth ? 'cause' : undefined,
});
const plain = {
  sensor: sensorOf(),
  evaluation: matched(),
  event: event('e1', 1000),
  recall: nothing,
  paused: false,
  now: 1000,
};
const error: Evaluation = {
  result: 'error',
  reason: { code: 'missingField', message: 'no' },
};
const notMatched: Evaluation = {
  result: 'notMatched',
  reason: { code: 'filterFalse', message: 'no' },
};

describe('decide', () => {
  it('fires', () => {
    expect(decide(plain)).toEqual({
      said: [
        {
          eventUid: 'e1',
          outcome: 'fired',
          reason: { code: 'fired', message: '`pushed` matched.' },
          firing: 0,
        },
      ],
      firings: [{ events: [{ uid: 'e1', dependency: 'pushed' }], at: 1000 }],
      stateWrites: [],
      timers: [],
      growth: 0,
    });
  });

  it.each([
    [{ evaluation: notMatched, paused: true }, 'notMatched', 'filterFalse'],
    [{ paused: true }, 'suppressed', 'paused'],
    [{ evaluation: error, paused: true }, 'suppressed', 'paused'],
    [{ evaluation: error }, 'held', 'missingField'],
    [{ event: event('e1', 1000, maxDepth) }, 'held', 'loop'],
    [{ event: event('e1', 1000, maxDepth - 1) }, 'fired', 'fired'],
  ] as const)('%j is %s: %s', (change, outcome, code) => {
    expect(decide({ ...plain, ...change }).said).toMatchObject([
      { outcome, reason: { code } },
    ]);
  });

  it('shows what led to a loop', () => {
    const decision = decide({ ...plain, event: event('e1', 1000, 9) });
    expect(decision.said[0].reason.detail).toEqual({
      depth: 9,
      causationId: 'cause',
    });
  });

  it('counts the age of what waited at a broker from there on', () => {
    const sensor = sensorOf({ maxAge: '10s' });
    const now = 20_000;
    const after = (acknowledgedAt: number) =>
      decide({
        ...{ ...plain, sensor, now },
        event: { ...event('e1', now), acknowledgedAt },
      }).said[0].outcome;
    expect([after(10_000), after(9_999)]).toEqual(['fired', 'suppressed']);
  });

  it('takes nothing that is older than maxAge', () => {
    const sensor = sensorOf({ maxAge: '10s' });
    const at = (now: number) => decide({ ...plain, sensor, now }).said[0];
    expect(at(11_000).outcome).toBe('fired');
    expect(at(11_001)).toMatchObject({
      outcome: 'suppressed',
      reason: { code: 'tooOld' },
    });
  });

  it('drops what comes outside its hours, and says when they begin', () => {
    const hours = {
      timeZone: 'Europe/Berlin',
      active: [{ days: ['thu'], from: '08:00', to: '18:00' }],
    };
    const at = (acceptedAt: number, outside?: 'drop' | 'hold') =>
      decide({
        ...plain,
        sensor: sensorOf({ schedule: { ...hours, outside } }),
        event: event('e1', acceptedAt),
        now: acceptedAt,
      }).said[0];
    const seven = 7 * 3_600_000;
    expect(at(seven, 'drop').outcome).toBe('fired');
    expect(at(seven - 1, 'drop')).toMatchObject({
      outcome: 'suppressed',
      reason: {
        message:
          'It came outside the active hours of shop, which begin again Thu 1 Jan 1970 08:00 Europe/Berlin; send it then if it still matters.',
        detail: { until: seven },
      },
    });
    expect(at(seven - 1, 'hold').outcome).toBe('fired');
    expect(at(seven - 1).outcome).toBe('fired');
  });

  it('holds what needs more memory than there is, and changes nothing with it', () => {
    const kinds = fc.constantFrom(
      { dedupe: { key: 'event.id', for: '1h' } },
      { window: { batch: { size: 3, within: '1h' } } },
      { window: { cooldown: { for: '1h' } } },
      { rateLimit: { max: 2, per: '1h' } },
      {
        dedupe: { key: 'event.id', for: '1h' },
        window: { count: { of: 2, within: '1h' } },
        rateLimit: { max: 2, per: '1h' },
      },
    );
    const streams = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 });
    fc.assert(
      fc.property(kinds, streams, fc.nat(6), (spec, keys, limit) => {
        const kept = new Map<string, unknown>();
        const nameOf = ({ kind, key }: { kind: string; key: string }) =>
          `${kind} ${key}`;
        keys.forEach((n, at) => {
          const key = `key ${n}`;
          const decision = decide({
            ...plain,
            sensor: sensorOf(spec),
            evaluation: {
              ...matched(key),
              windowKey: key,
              rateKey: key,
            } as Evaluation,
            event: event(`e${at}`, 1000 + at),
            recall: ref => kept.get(nameOf(ref)),
            room: { left: limit - kept.size, limit },
          });
          const before = kept.size;
          for (const { value, ...ref } of decision.stateWrites) {
            if (value === undefined) kept.delete(nameOf(ref));
            else kept.set(nameOf(ref), value);
          }
          expect(kept.size).toBe(before + decision.growth);
          expect(kept.size).toBeLessThanOrEqual(limit);
          const [{ outcome, reason }] = decision.said;
          const full = reason.code === 'memoryFull';
          expect(outcome === 'held').toBe(full);
          expect(full && decision.stateWrites.length > 0).toBe(false);
          expect(full && decision.timers.length > 0).toBe(false);
          // What needs no new key is never held.
          expect(full && limit > before && !('rateLimit' in spec)).toBe(false);
        });
      }),
    );
  });

  it('remembers the key of an event that it holds, as that may still fire', () => {
    const sensor = sensorOf({ dedupe: { key: '"k"', for: '10s' } });
    const decision = decide({
      ...plain,
      sensor,
      evaluation: matched('k'),
      event: event('e1', 1000, 9),
    });
    expect(decision).toMatchObject({
      said: [{ outcome: 'held' }],
      firings: [{ held: { code: 'loop' } }],
      stateWrites: [{ key: 'k', value: { eventUid: 'e1', until: 11_000 } }],
      timers: [{ key: 'k', dueAt: 11_000 }],
    });
  });

  it('takes no event for a duplicate of itself', () => {
    const mark = { eventUid: 'e1', until: 5000 };
    const evaluation = matched('k');
    const { said } = decide({ ...plain, evaluation, recall: () => mark });
    expect(said).toMatchObject([{ outcome: 'fired' }]);
  });

  const seconds = fc.integer({ min: 0, max: 30 });
  const steps = fc.array(
    fc.record({
      key: fc.constantFrom('a', 'b'),
      /** Seconds since the event before. */
      later: seconds,
      /** Seconds that it waited to be decided. */
      waited: seconds,
      paused: fc.boolean(),
    }),
    { maxLength: 30 },
  );

  it('fires a key once in its time, whatever comes when', () => {
    const sensor = sensorOf({
      dedupe: { key: '"k"', for: '20s' },
      maxAge: '15s',
      // The epoch began at midnight: nothing from its second to its third minute.
      schedule: {
        active: [{ to: '00:02' }, { from: '00:03' }],
        outside: 'drop',
      },
    });
    fc.assert(
      fc.property(steps, fc.boolean(), (list, withTimers) => {
        const marks = new Map<string, DedupeMark>();
        const timers = new Map<string, number>();
        // The model: when each key fired last.
        const firedAt = new Map<string, number>();
        let clock = 0;
        list.forEach(({ key, later, waited, paused }, at) => {
          clock += later * 1000;
          for (const [name, dueAt] of withTimers ? [...timers] : []) {
            if (dueAt > clock) continue;
            timers.delete(name);
            const timer = { kind: 'dedupe' as const, key: name, dueAt };
            const { stateWrites } = fireTimer({
              sensor,
              timer,
              recall: () => marks.get(name),
              paused: false,
            });
            for (const write of stateWrites) marks.delete(write.key);
          }
          const decision = decide({
            sensor,
            evaluation: matched(key),
            event: event(`e${at}`, clock),
            recall: () => marks.get(key),
            paused,
            now: clock + waited * 1000,
          });
          for (const write of decision.stateWrites) {
            marks.set(write.key, write.value as DedupeMark);
          }
          for (const timer of decision.timers) {
            timers.set(timer.key, timer.dueAt);
          }

          const last = firedAt.get(key);
          let expected = 'fired';
          if (paused) expected = 'paused';
          else if (waited > 15) expected = 'tooOld';
          else if (clock >= 120_000 && clock < 180_000) {
            expected = 'outsideHours';
          } else if (last !== undefined && clock < last + 20_000) {
            expected = 'duplicate';
          }
          if (expected === 'fired') firedAt.set(key, clock);
          expect(decision.said[0].reason.code).toBe(expected);
        });
      }),
    );
  });
});

describe('fireTimer', () => {
  const timer = { kind: 'dedupe' as const, key: 'k', dueAt: 1000 };
  const fire = (mark: DedupeMark | undefined) =>
    fireTimer({
      sensor: sensorOf(),
      timer,
      recall: () => mark,
      paused: false,
    });

  it('deletes a mark whose time is over', () => {
    expect(fire({ eventUid: 'e', until: 1000 })).toMatchObject({
      stateWrites: [{ kind: 'dedupe', key: 'k', value: undefined }],
      timers: [],
    });
  });

  it('leaves a mark that was renewed, and comes again', () => {
    expect(fire({ eventUid: 'e', until: 2000 })).toMatchObject({
      stateWrites: [],
      timers: [{ kind: 'dedupe', key: 'k', dueAt: 2000 }],
    });
  });

  it('finds nothing to do without a mark', () => {
    expect(fire(undefined)).toMatchObject({ stateWrites: [], timers: [] });
  });
});
