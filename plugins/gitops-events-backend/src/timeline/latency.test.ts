import { latencyOf, percentile } from './latency';

const sample = {
  acceptedAt: 0,
  firedAt: 10,
  sealedAt: 60,
  mergedAt: 400,
  appliedAt: 1_400,
  waitedMs: 0,
};

describe('latency', () => {
  it('is absent without applied runs', () => {
    expect(latencyOf([], 30_000)).toEqual({ hops: [] });
  });

  it('counts against the objective what we took, not what people took', () => {
    const waited = {
      ...sample,
      mergedAt: 3_600_400,
      appliedAt: 3_601_400,
      waitedMs: 3_600_000,
    };
    const slow = { ...sample, appliedAt: 40_000 };

    const { appliedMs, withinObjective } = latencyOf(
      [sample, waited, slow],
      30_000,
    );

    expect(appliedMs).toEqual({ p50: 1_400, p99: 40_000, count: 3 });
    expect(withinObjective).toBeCloseTo(2 / 3);
  });

  it('adds up over the hops, waiting included', () => {
    const { hops } = latencyOf([{ ...sample, waitedMs: 100 }], 30_000);

    expect(hops.reduce((total, { ms }) => total + ms, 0)).toBe(1_400);
  });

  it.each([
    [[5], 0.99, 5],
    [[1, 2, 3, 4], 0.5, 2],
    [Array.from({ length: 100 }, (_, n) => n + 1), 0.99, 99],
  ])('takes the percentile of %j', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });
});
