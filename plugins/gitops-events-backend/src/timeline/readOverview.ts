import type { Overview } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Access } from '../permissions/access';
import { changeSeenBy, eventOwnedBy, runOwnedBy } from '../permissions/owners';
import { isPostgres } from '../store/clock';
import { latencyOf } from './latency';
import { maxScannedRows } from './page';
import { readApplied } from './readApplied';
import { readPositions } from '../store/positions';
import { knownPositions } from './readDecided';
import { readHeldCount } from './readHeldCount';
import type { ReadRoom } from './readRoom';

const bucketMs = 60_000;
const buckets = 30;
const dayMs = 24 * 60 * 60 * 1000;
const objectiveMs = 30_000;

/** The rest is what one replica saw, and what event sources say. */
type StoredOverview = Omit<
  Overview,
  'unreadableLocations' | 'ailingSources' | 'refusedMessages' | 'bus'
> & {
  bus: Omit<Overview['bus'], 'standstills'>;
};

/** The five numbers, over what the reader may see. */
export async function readOverview(
  room: ReadRoom,
  access: Access,
  now: number,
): Promise<StoredOverview> {
  const { knex } = room;
  const since = now - buckets * bucketMs;
  const perMinute = (ats: number[]) => {
    const series = Array.from({ length: buckets }, () => 0);
    for (const at of ats) {
      series[Math.min(buckets - 1, Math.floor((at - since) / bucketMs))] += 1;
    }
    return { now: series[buckets - 1], series };
  };
  return {
    bucketMs,
    eventsPerMinute: perMinute(await readAccepted(knex, access, since)),
    firedPerMinute: perMinute(await readFired(knex, access, since)),
    ...latencyOf(await readApplied(knex, access, now - dayMs), objectiveMs),
    objectiveMs,
    held: await readHeldCount(knex, access),
    ...(await readOpenChanges(knex, access)),
    bus: await readBus(room),
  };
}

/** The newest at most: in a storm the history gets shorter, the page does not get slower. */
async function readAccepted(
  knex: Knex,
  access: Access,
  since: number,
): Promise<number[]> {
  const rows: Array<{ at: unknown }> = await knex('events')
    .where('events.accepted_at', '>=', since)
    .modify(query => access.restrict(query, eventOwnedBy))
    .orderBy('events.accepted_at', 'desc')
    .limit(maxScannedRows)
    .select('events.accepted_at as at');
  return rows.map(({ at }) => Number(at));
}

/** Runs are numbered in the order they begin, so the newest rows hold the last half hour. */
async function readFired(
  knex: Knex,
  access: Access,
  since: number,
): Promise<number[]> {
  const newest = knex('runs')
    .where({ generation: 0 })
    .orderBy('seq', 'desc')
    .limit(maxScannedRows)
    .select('created_at as at', 'owner_ref', 'entity_owner_ref');
  const rows: Array<{ at: unknown }> = await knex
    .from(newest.as('runs'))
    .where('runs.at', '>=', since)
    .modify(query => access.restrict(query, runOwnedBy))
    .select('runs.at');
  return rows.map(({ at }) => Number(at));
}

async function readOpenChanges(
  knex: Knex,
  access: Access,
): Promise<Pick<Overview, 'openChanges' | 'waitingForApproval'>> {
  const rows: Array<{ state: string; count: unknown }> = await knex('changes')
    .whereRaw("changes.state <> 'ended'")
    .modify(query => access.restrict(query, changeSeenBy))
    .groupBy('changes.state')
    .select('changes.state')
    .count('* as count');
  const count = (states: typeof rows) =>
    states.reduce((total, row) => total + Number(row.count), 0);
  return {
    openChanges: count(rows),
    waitingForApproval: count(rows.filter(({ state }) => state === 'waiting')),
  };
}

async function readBus({
  knex,
  bus,
}: ReadRoom): Promise<StoredOverview['bus']> {
  const positions = knownPositions(await readPositions(knex));
  const partitions = await bus.status(positions);
  return {
    kind: bus.kind,
    durability: bus.durability,
    database: isPostgres(knex) ? 'postgres' : 'sqlite',
    lag: partitions.reduce((total, { lag }) => total + lag, 0),
  };
}
