import type { Knex } from 'knex';
import {
  leaveOutRepositories,
  leaveOutStopped,
  leaveOutTargets,
} from '../stop/leaveOutStopped';
import { byIndex } from './byIndex';
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

/** From one base that has something pending to the next. */
const places = `
  select * from (
    select e.repository, e.base from effects e where ${isPending}
    order by e.repository, e.base limit 1) first
  union all
  select next.repository, next.base from places, effects next
  where next.effect_id = (
    select e.effect_id from effects e
    where ${isPending} and (e.repository, e.base) > (places.repository, places.base)
    order by e.repository, e.base limit 1)`;

/** What is pending and not sealed all the same. */
export interface LeftOut {
  stops: readonly Stop[];
  /** Change keys that rest: see `readRests`. */
  resting: readonly string[];
}

/**
 * Bases with pending effects that are not left out, and no change on its way to
 * them. An index is asked once or twice a base, however much is pending there.
 */
export async function readPendingBases(
  knex: Knex,
  { stops, resting }: LeftOut,
): Promise<PendingBase[]> {
  const firstFlush = knex
    .from(knex.raw(`effects as e ${byIndex(knex, 'effects_flush')}`))
    .whereRaw('e.repository = places.repository and e.base = places.base')
    .whereRaw(isPending)
    .modify(query => leaveOutTargets(query, knex, stops))
    .modify(query => leaveOutResting(query, knex, resting))
    .orderBy('e.flush_by')
    .limit(1)
    .select('e.flush_by');
  const rows = await knex
    .withRecursive('places', knex.raw(places))
    .from('places')
    .leftJoin('bases as b', join =>
      join
        .on('b.repository', 'places.repository')
        .andOn('b.base', 'places.base'),
    )
    .modify(query => leaveOutRepositories(query, stops, 'places'))
    .whereNotExists(
      knex('changes as c')
        .select(knex.raw('1'))
        .whereRaw('c.repository = places.repository and c.base = places.base')
        .whereIn('c.state', ['sealed', 'committed', 'proposed'])
        // What stands still keeps no others from going.
        .whereNull('c.stop_id'),
    )
    .select(
      'places.repository',
      'places.base',
      'b.sealed_at',
      'b.gap_ms',
      'b.version',
    )
    .select(firstFlush.as('flush_by'));
  return rows
    .filter((row: any) => row.flush_by !== null)
    .map((row: any) => ({
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
