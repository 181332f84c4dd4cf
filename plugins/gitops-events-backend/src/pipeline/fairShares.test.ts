import fc from 'fast-check';
import { fairShares, mayBeginOne, type DueSensor } from './fairShares';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const worlds = fc.record({
  due: fc.uniqueArray(
    fc.record({
      sensor: fc.constantFrom(...names),
      dueAt: fc.integer({ min: 0, max: 1_000_000 }),
      priority: fc.constantFrom(-1, 0, 1),
    }),
    { selector: ({ sensor }) => sensor },
  ),
  running: fc.dictionary(
    fc.constantFrom(...names),
    fc.integer({ min: 0, max: 60 }),
  ),
  free: fc.integer({ min: 0, max: 256 }),
});

describe('fairShares', () => {
  it('never gives more than is free, nor more to one than it leaves for others', () => {
    fc.assert(
      fc.property(worlds, ({ due, running, free }) => {
        const counts = new Map(Object.entries(running));
        const shares = fairShares(due, counts, free);
        const left = shares.reduce((rest, { take }) => rest - take, free);
        const alone = shares.filter(({ sensor }) => !counts.get(sensor)).length;
        expect(left).toBeGreaterThanOrEqual(0);
        for (const { sensor, take } of shares) {
          const { priority } = due.find(one => one.sensor === sensor)!;
          const has = (counts.get(sensor) ?? 0) + take;
          // Those that had none got one even when none was left to be fair with.
          expect(has).toBeLessThanOrEqual(
            Math.max(2 ** priority * (left + alone), 1),
          );
        }
      }),
    );
  });

  it('gives a free place to a sensor that has none', () => {
    fc.assert(
      fc.property(worlds, ({ due, running, free }) => {
        const counts = new Map(Object.entries(running));
        const shares = fairShares(due, counts, free);
        const taken = shares.reduce((sum, { take }) => sum + take, 0);
        const served = new Set(shares.map(({ sensor }) => sensor));
        const without = due.filter(
          ({ sensor }) => !counts.get(sensor) && !served.has(sensor),
        );
        expect(without.length === 0 || taken === free).toBe(true);
      }),
    );
  });

  it('leaves places however many storm, turn by turn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), storms => {
        const running = new Map<string, number>();
        let free = 256;
        for (let turn = 0; turn < 50; turn++) {
          const due = Array.from({ length: storms }, (_, n) => ({
            sensor: `storm ${n}`,
            dueAt: 0,
            priority: 0,
          }));
          for (const { sensor, take } of fairShares(due, running, free)) {
            running.set(sensor, (running.get(sensor) ?? 0) + take);
            free -= take;
          }
        }
        expect(free).toBeGreaterThan(0);
        expect(mayBeginOne(0, free, 0)).toBe(true);
      }),
    );
  });

  it('gives more to the higher priority, and something to each', () => {
    const shares = fairShares(
      [-1, 0, 1].map(priority => ({
        sensor: `${priority}`,
        dueAt: 0,
        priority,
      })),
      new Map(),
      90,
    );
    expect(shares).toEqual([
      { sensor: '1', take: 40 },
      { sensor: '0', take: 20 },
      { sensor: '-1', take: 10 },
    ]);
  });

  const order = (...due: DueSensor[]) =>
    fairShares(due, new Map(), 256).map(({ sensor }) => sensor);

  it('serves the higher priority first, until the lower one has waited long', () => {
    const low = { sensor: 'low', dueAt: 0, priority: -1 };
    const high = (dueAt: number) => ({ sensor: 'high', dueAt, priority: 1 });
    expect(order(low, high(60_000))).toEqual(['high', 'low']);
    expect(order(low, high(180_000))).toEqual(['low', 'high']);
  });

  it('serves the longer due first among equals', () => {
    expect(
      order(
        { sensor: 'new', dueAt: 2, priority: 0 },
        { sensor: 'old', dueAt: 1, priority: 0 },
      ),
    ).toEqual(['old', 'new']);
  });
});
