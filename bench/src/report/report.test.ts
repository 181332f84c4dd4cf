import { barOf, missedBars } from './bars';
import { benchRow } from './benchRow';
import { table } from './table';

describe('benchRow', () => {
  it('counts more events a second as better', () => {
    expect(
      benchRow({
        what: 'http, one event a request',
        unit: 'events/s',
        ours: 5000,
        peer: { name: 'no-op route', value: 10_000 },
      }),
    ).toEqual({
      what: 'http, one event a request',
      ours: 5000,
      unit: 'events/s',
      peerName: 'no-op route',
      peer: 10_000,
      ratio: 0.5,
    });
  });

  it('counts less time as better', () => {
    const row = benchRow({
      what: 'accepted to step started, p50',
      unit: 'ms',
      ours: 4,
      peer: { name: 'graphile-worker', value: 8 },
    });
    expect(row.ratio).toBe(2);
  });

  it('names no peer where there is none', () => {
    const row = benchRow({
      what: 'event to applied, p99 idle',
      unit: 's',
      ours: 0.81234,
    });
    expect(row).toMatchObject({
      ours: 0.812,
      peerName: null,
      peer: null,
      ratio: null,
    });
  });
});

describe('bars', () => {
  const besideNoop = (ours: number) =>
    benchRow({
      what: 'http, one event a request',
      unit: 'events/s',
      ours,
      peer: { name: 'no-op route', value: 1000 },
    });

  it.each([
    [400, true],
    [399, false],
  ])('compares the ratio: %d of 1000 is met %s', (ours, met) => {
    const row = besideNoop(ours);
    expect(barOf(row, [row])).toEqual({
      ...{ text: 'ratio >= 0.4', met, binding: false },
    });
  });

  it.each([
    [19, true],
    [20, false],
  ])('compares 10,000 sensors with 10: %d of 10 is met %s', (ours, met) => {
    const ten = benchRow({
      what: 'time per event, 10 sensors',
      unit: 'us',
      ours: 10,
    });
    const many = benchRow({
      what: 'time per event, 10000 sensors',
      unit: 'us',
      ours,
    });
    expect(barOf(many, [ten, many])?.met).toBe(met);
    expect(barOf(ten, [ten, many])).toBeUndefined();
  });

  it.each([
    [3.9, true],
    [4, false],
  ])('compares a large repository with a small one: %d ms', (ours, met) => {
    const [small, large] = [
      { what: 'commit, 200 files', unit: 'ms' as const, ours: 2 },
      { what: 'commit, 100000 files and commits', unit: 'ms' as const, ours },
    ].map(benchRow);
    expect(barOf(large, [small, large])?.met).toBe(met);
    expect(barOf(small, [small, large])).toBeUndefined();
  });

  it.each([
    [1.9, 199, 0.7, []],
    [2, 200, 0.6, ['p99', 'backlog', 'elsewhere']],
  ])(
    'fails a bus that is late, dearer with a backlog or slowed by strangers: %d s, %d us, %d',
    (late, dear, ratio, missed) => {
      const rows = [
        benchRow({
          what: 'kafka, accepted to decided, p99',
          ...{ unit: 's', ours: late },
          peer: { name: 'graphile-worker', value: 1 },
        }),
        ...[['0', 100] as const, ['1000000', dear] as const].map(
          ([waiting, ours]) =>
            benchRow({
              what: `sqlite, cost per event, backlog of ${waiting}`,
              ...{ unit: 'us', ours },
            }),
        ),
        benchRow({
          what: 'postgres, accepted to decided, p50, 16 transactions open elsewhere',
          ...{ unit: 's', ours: 1 },
          peer: { name: 'none open', value: ratio },
        }),
      ];
      expect(missedBars(rows)).toEqual(
        missed.map(word => expect.stringContaining(word)),
      );
    },
  );

  it('says in the table what is not met', () => {
    const lines = table([besideNoop(500), besideNoop(100)]).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/ met$/);
    expect(lines[2]).toMatch(/not met$/);
  });

  it('finds what a storm misses, on each host, and nothing else', () => {
    const row = (what: string, ours: number) =>
      benchRow({ what, unit: 'commits', ours });
    const rows = [
      ...[row('unaccounted', 0), row('commits', 51), besideNoop(1)],
      row('github: unrelated sensor, p99', 2.5),
      row('github: commits', 50),
    ];
    expect(missedBars(rows)).toEqual([
      'commits is 51 commits; it has to be <= 50',
      'github: unrelated sensor, p99 is 2.5 commits; it has to be < 2',
    ]);
  });
});
