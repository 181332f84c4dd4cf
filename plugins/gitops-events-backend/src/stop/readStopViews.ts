import type { StopView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { readStop, stopOf, type Stop } from '../store/stops';
import { readCursor, writeCursor } from '../timeline/page';
import { iso } from '../timeline/runView';

/** A page of stops, newest first. */
export async function readStopViews(
  knex: Knex,
  options: { lifted: boolean; cursor?: string; limit: number },
): Promise<{ items: StopView[]; nextCursor?: string }> {
  const { lifted, cursor, limit } = options;
  const [before] = readCursor(cursor, 1) ?? [];
  const rows = await knex('stops')
    .whereRaw(`lifted_at is ${lifted ? 'not ' : ''}null`)
    .modify(query => {
      if (before !== undefined) query.where('seq', '<', before);
    })
    .orderBy('seq', 'desc')
    .limit(limit + 1);
  const stops = rows.slice(0, limit).map(stopOf);
  return {
    items: stops.map(stopView),
    ...(rows.length > limit && { nextCursor: writeCursor(stops.at(-1)!.seq) }),
  };
}

export async function readStopView(
  knex: Knex,
  id: string,
): Promise<StopView | undefined> {
  const stop = await readStop(knex, id);
  return stop && stopView(stop);
}

function stopView({
  id,
  scope,
  reason,
  by,
  at,
  version,
  lifted,
}: Stop): StopView {
  return {
    id,
    scope,
    reason,
    by,
    at: iso(at),
    version,
    ...(lifted && { lifted: { ...lifted, at: iso(lifted.at) } }),
  };
}
