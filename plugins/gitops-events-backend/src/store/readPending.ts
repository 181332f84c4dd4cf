import type { Knex } from 'knex';
import { leaveOutStopped } from '../stop/leaveOutStopped';
import { effectOf, type Effect } from './effectRow';
import { leaveOutResting } from './leaveOutResting';
import type { Stop } from './stops';

/** A base that has something to seal. Times in milliseconds since the epoch. */
export interface PendingBase {
  repository: string;
  base: string;
  flushBy: number;
  window: { sealedAt: number; gapMs: number };
  version: number;
}

// A literal, so that SQLite sees that the index of pending effects fits.
const isPending = "e.state = 'pending'";

/** What is pending and not sealed all the same. */
export interface LeftOut {
  stops: readonly Stop[];
  /** Change keys that rest: see `readRests`. */
  resting: readonly string[];
}

/** Bases with pending effects that are not left out, and no change on its way to them. */
export async function readPendingBases(
  knex: Knex,
  { stops, resting }: LeftOut,
): Promise<PendingBase[]> {
  const rows = await knex('effects as e')
    .leftJoin('bases as b', join =>
      join.on('b.repository', 'e.repository').andOn('b.base', 'e.base'),
    )
    .whereRaw(isPending)
    .whereNotExists(
      knex('changes as c')
        .select(knex.raw('1'))
        .whereRaw('c.repository = e.repository and c.base = e.base')
        .whereIn('c.state', ['sealed', 'committed', 'proposed'])
        // What stands still keeps no others from going.
        .whereNull('c.stop_id'),
    )
    .modify(query => leaveOutStopped(query, knex, stops))
    .modify(query => leaveOutResting(query, knex, resting))
    .groupBy('e.repository', 'e.base', 'b.sealed_at', 'b.gap_ms', 'b.version')
    .select('e.repository', 'e.base', 'b.sealed_at', 'b.gap_ms', 'b.version')
    .min({ flush_by: 'e.flush_by' });
  return rows.map((row: any) => ({
    repository: row.repository,
    base: row.base,
    flushBy: Number(row.flush_by),
    window: {
      sealedAt: Number(row.sealed_at ?? 0),
      gapMs: Number(row.gap_ms ?? 0),
    },
    version: Number(row.version ?? 0),
  }));
}

/** Pending effects of one base that are not left out, in the order of their runs: the first of those behind `after`. */
export async function readPendingEffects(
  knex: Knex,
  base: Pick<PendingBase, 'repository' | 'base'>,
  limit: number,
  { stops, resting }: LeftOut,
  after = 0,
): Promise<Effect[]> {
  const rows = await knex('effects as e')
    .where({ repository: base.repository, base: base.base })
    .where('run_seq', '>', after)
    .whereRaw(isPending)
    .modify(query => leaveOutStopped(query, knex, stops))
    .modify(query => leaveOutResting(query, knex, resting))
    .orderBy('run_seq')
    .limit(limit);
  return rows.map(effectOf);
}
