import { perSecond } from './callers';
import { interleave } from './interleave';
import { median, percentile } from './statistics';

describe('statistics', () => {
  it('finds the middle and the tail', () => {
    const values = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(median([3, 1, 2])).toBe(2);
    expect(percentile(values, 99)).toBe(99);
    expect(percentile(values, 100)).toBe(100);
    expect(percentile([7], 99)).toBe(7);
    expect(() => median([])).toThrow('nothing to measure');
  });
});

describe('interleave', () => {
  it('leaves the warm-up out and takes the median of the rest', async () => {
    const asked: string[] = [];
    const side = (name: string, values: number[]) => ({
      name,
      measure: async () => {
        asked.push(name);
        return values.shift()!;
      },
    });
    const medians = await interleave(
      [side('ours', [1000, 1, 2, 3]), side('theirs', [1000, 9, 7, 8])],
      { rounds: 3, log: () => {} },
    );
    expect(Object.fromEntries(medians)).toEqual({ ours: 2, theirs: 8 });
    expect(asked.slice(0, 4)).toEqual(['ours', 'theirs', 'theirs', 'ours']);
  });
});

describe('perSecond', () => {
  it('counts what all callers did at once', async () => {
    let worked = 0;
    let busy = 0;
    let most = 0;
    const start = performance.now();
    const rate = await perSecond({
      callers: 4,
      ms: 20,
      work: async () => {
        busy += 1;
        most = Math.max(most, busy);
        await new Promise(done => setImmediate(done));
        busy -= 1;
        worked += 2;
        return 2;
      },
    });
    const seconds = (performance.now() - start) / 1000;
    expect(most).toBe(4);
    expect(rate).toBeGreaterThanOrEqual(worked / seconds);
  });
});
