/** What a row measures, and which way is better: more of it, or less. */
export type Unit =
  | 'events/s'
  | 'commits/s'
  | ('s' | 'ms' | 'us' | 'B' | 'MB' | 'events' | 'commits' | 'requests');

const moreIsBetter: ReadonlySet<Unit> = new Set(['events/s', 'commits/s']);

/** One line of a benchmark; rows of the same `what` differ by their peer. */
export interface BenchRow {
  what: string;
  ours: number;
  unit: Unit;
  /** Null where there is nothing to compare with. */
  peerName: string | null;
  peer: number | null;
  /** Above 1: better than the peer, whichever way the unit counts. */
  ratio: number | null;
}

export interface BenchReport {
  name: string;
  database: string;
  rows: BenchRow[];
}

export function benchRow(options: {
  what: string;
  unit: Unit;
  ours: number;
  peer?: { name: string; value: number };
}): BenchRow {
  const { what, unit, ours, peer } = options;
  return {
    what,
    ours: rounded(ours),
    unit,
    peerName: peer?.name ?? null,
    peer: peer ? rounded(peer.value) : null,
    ratio: peer ? rounded(ratio(unit, ours, peer.value)) : null,
  };
}

function ratio(unit: Unit, ours: number, peer: number): number {
  return moreIsBetter.has(unit) ? ours / peer : peer / ours;
}

/** Three digits that count: more would be noise. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
