import * as fc from 'fast-check';
import { fitsAt, inUse, take, takeAll, type Slot } from './slots';

const limit = fc.record({
  max: fc.integer({ min: 1, max: 50 }),
  perMs: fc.integer({ min: 1, max: 5_000 }),
});
const asks = fc.array(
  fc.record({
    units: fc.integer({ min: 1, max: 8 }),
    afterMs: fc.integer({ min: 0, max: 1_000 }),
  }),
  { maxLength: 60 },
);

/** Takes each as early as it fits; returns when. */
function takeEach(
  one: { max: number; perMs: number },
  list: Array<{ units: number; afterMs: number }>,
) {
  let used: Slot[] = [];
  let now = 1_000_000;
  return list.map(({ units, afterMs }) => {
    const asked = now + afterMs;
    now = fitsAt(one, used, units, asked);
    used = take(one, used, units, now);
    return { units: Math.min(units, one.max), asked, at: now };
  });
}

describe('a limit of units in a span', () => {
  it('is kept in each span, wherever it begins', () => {
    fc.assert(
      fc.property(limit, asks, (one, list) => {
        const taken = takeEach(one, list);
        for (const { at: from } of taken) {
          const inSpan = taken.filter(
            ({ at }) => at >= from && at < from + one.perMs,
          );
          const units = inSpan.reduce((sum, each) => sum + each.units, 0);
          expect(units).toBeLessThanOrEqual(one.max);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('lets nobody wait longer than a span and a slot, and nobody when there is room', () => {
    fc.assert(
      fc.property(limit, asks, (one, list) => {
        const slot = Math.max(1, Math.floor(one.perMs / 20));
        const taken = takeEach(one, list);
        taken.forEach(({ units, asked, at }, n) => {
          expect(at - asked).toBeLessThanOrEqual(one.perMs + slot);
          const before = taken
            .slice(0, n)
            .filter(other => other.at > asked - one.perMs - slot)
            .reduce((sum, other) => sum + other.units, 0);
          expect([at === asked, before + units <= one.max]).not.toEqual([
            false,
            true,
          ]);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('gives nothing until a forge says so, whatever was used', () => {
    fc.assert(
      fc.property(limit, asks, fc.nat(10_000), (one, list, waitMs) => {
        const now = 1_000_000;
        const used = list.reduce<Slot[]>(
          (slots, { units, afterMs }) => take(one, slots, units, now - afterMs),
          [],
        );
        const until = now + waitMs;
        const at = fitsAt(one, takeAll(one, used, until), 1, now);
        expect(at).toBe(Math.max(until, fitsAt(one, used, 1, now)));
      }),
    );
  });

  it('stands a clock that goes back', () => {
    const one = { max: 3, perMs: 1_000 };
    const later = take(one, [], 2, 10_000);
    const both = take(one, later, 1, 9_000);
    expect(inUse(one, both, 9_000)).toBe(3);
    expect(fitsAt(one, both, 1, 9_000)).toBe(11_050);
  });
});
