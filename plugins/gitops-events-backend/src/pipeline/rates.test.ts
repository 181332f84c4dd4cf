import fc from 'fast-check';
import { Rates } from './rates';

const rates = (perMinute: number) => {
  let at = 5_000;
  return {
    of: new Rates(perMinute, () => at),
    pass: (ms: number) => {
      at += ms;
    },
  };
};

describe('Rates', () => {
  it('lets a minute’s worth through at once, then says when to come again', () => {
    const { of, pass } = rates(60);
    of.take('a', 60);
    expect(of.waitMs('a')).toBeCloseTo(1_000);
    pass(1_000);
    expect(of.waitMs('a')).toBe(0);
  });

  it('takes nothing from others', () => {
    const { of } = rates(60);
    of.take('a', 1_000);
    expect(of.waitMs('a')).toBeGreaterThan(0);
    expect(of.waitMs('b')).toBe(0);
  });

  it('never cuts a batch; what it took too much is waited for', () => {
    const { of, pass } = rates(60);
    of.take('a', 59);
    expect(of.waitMs('a')).toBe(0);
    of.take('a', 31);
    pass(30_000);
    expect(of.waitMs('a')).toBeCloseTo(1_000);
  });

  it('never lets more through than a minute’s worth, one batch and what time gave', () => {
    const batch = 20;
    const sent = fc.record({
      wait: fc.integer({ min: 0, max: 20_000 }),
      events: fc.integer({ min: 1, max: batch }),
    });
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 200 }), requests => {
        const { of, pass } = rates(100);
        let through = 0;
        let time = 0;
        for (const { wait, events } of requests) {
          pass(wait);
          time += wait;
          if (of.waitMs('a') > 0) continue;
          of.take('a', events);
          through += events;
        }
        expect(through).toBeLessThanOrEqual(
          100 + batch + (time / 60_000) * 100 + 1e-6,
        );
      }),
    );
  });
});
