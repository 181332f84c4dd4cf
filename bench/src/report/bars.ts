import type { BenchRow } from './benchRow';

/**
 * What we hold ourselves to. A bar is shown beside its row; those of a storm are
 * kept by any machine, and one that is missed fails the bench.
 */
interface Bar {
  what: string;
  peerName?: string;
  text: string;
  binding?: boolean;
  met(row: BenchRow, rows: BenchRow[]): boolean;
}

const atLeast = (what: string, peerName: string, ratio: number): Bar => ({
  what,
  peerName,
  text: `ratio >= ${ratio}`,
  met: row => row.ratio !== null && row.ratio >= ratio,
});

const below = (what: string, limit: number): Bar => ({
  what,
  text: `< ${limit}`,
  met: row => row.ours < limit,
});

const atMost = (what: string, limit: number): Bar => ({
  what,
  text: `<= ${limit}`,
  met: row => row.ours <= limit,
});

/** A storm on a host, whose rows begin with its label. */
const stormOn = (label: string): Bar[] =>
  [
    atMost(`${label}unaccounted`, 0),
    atMost(`${label}commits`, 50),
    below(`${label}memory above idle`, 512),
    below(`${label}unrelated sensor, p99`, 2),
  ].map(bar => ({ ...bar, binding: true }));

/** Through a bus, whose rows begin with its name. */
const through = (name: string): Bar[] => [
  ...['bare batched INSERT', 'graphile-worker'].map(peerName => ({
    ...{ what: `${name}, accepted per second`, peerName, text: '> 0' },
    ...{ binding: true, met: (row: BenchRow) => row.ours > 0 },
  })),
  ...[undefined, 'graphile-worker'].map(peerName => ({
    ...below(`${name}, accepted to decided, p99`, 2),
    ...{ peerName, binding: true },
  })),
  ...[50_000, 1_000_000].map(waiting => flat(name, waiting)),
];

/** Much that waits makes no event dearer. */
function flat(name: string, waiting: number): Bar {
  return {
    what: `${name}, cost per event, backlog of ${waiting}`,
    ...{ text: '< 2x of none', binding: true },
    met: (row, rows) => {
      const none = rows.find(
        ({ what }) => what === `${name}, cost per event, backlog of 0`,
      );
      return none !== undefined && row.ours < 2 * none.ours;
    },
  };
}

/** In a repository of 100,000 files and commits, compared with a small one. */
function underTwice(what: string): Bar {
  return {
    what: `${what}, 100000 files and commits`,
    text: '< 2x of the small repository',
    met: (row, rows) => {
      const small = rows.find(other => other.what === `${what}, 200 files`);
      return small !== undefined && row.ours < 2 * small.ours;
    },
  };
}

const bars: Bar[] = [
  atLeast('accept in process, 16 callers', 'bare batched INSERT', 0.5),
  atLeast('accept in process, 16 callers', 'graphile-worker', 1),
  atLeast('http, one event a request', 'no-op route', 0.4),
  atLeast('http, one event a request', 'Backstage events', 2),
  atLeast('http, batches of 50', 'bare batched INSERT', 0.2),
  atLeast('accepted to step started, p50', 'graphile-worker', 0.5),
  atLeast('git room, commits per second', 'git fast-import', 1),
  atLeast('event to commit, per second', 'git commit && git push', 10),
  below('event to applied, p99 idle', 2),
  below('event to applied, p99 storm', 15),
  ...stormOn(''),
  ...stormOn('github: '),
  atMost('github: requests above a limit', 0),
  below('event to step, another in a storm, p99', 2),
  below('step to visible, p95', 1),
  ...['sqlite', 'postgres', 'kafka', 'nats'].flatMap(through),
  {
    ...atLeast(
      'postgres, accepted to decided, p50, 16 transactions open elsewhere',
      'none open',
      0.67,
    ),
    binding: true,
  },
  underTwice('commit'),
  underTwice('pull request'),
  {
    what: 'time per event, 10000 sensors',
    text: '< 2x of 10 sensors',
    met: (row, rows) => {
      const ten = rows.find(
        ({ what }) => what === 'time per event, 10 sensors',
      );
      return ten !== undefined && row.ours < 2 * ten.ours;
    },
  },
];

/** The bar of a row and whether it is met; undefined where there is none. */
export function barOf(
  row: BenchRow,
  rows: BenchRow[],
): { text: string; met: boolean; binding: boolean } | undefined {
  const bar = bars.find(
    ({ what, peerName }) =>
      what === row.what && (peerName ?? null) === row.peerName,
  );
  if (!bar) return undefined;
  const { text, binding = false } = bar;
  return { text, met: bar.met(row, rows), binding };
}

/** One sentence for each binding bar that is missed. */
export function missedBars(rows: BenchRow[]): string[] {
  return rows.flatMap(row => {
    const bar = barOf(row, rows);
    return bar?.binding && !bar.met
      ? [`${row.what} is ${row.ours} ${row.unit}; it has to be ${bar.text}`]
      : [];
  });
}
