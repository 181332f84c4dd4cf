import type { HeldView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Access } from '../permissions/access';
import { ownersOf, runOwnedBy } from '../permissions/owners';
import { readRun } from '../store/readRun';
import { reasonCode } from '../store/reasonCode';
import { runOf, type Run } from '../store/runRow';
import { readEventsByUid } from './eventRow';
import { maxRelatedRows, readCursor, writeCursor, type Page } from './page';
import { groupBy } from './groupBy';
import { readRunStories } from './readStories';
import { heldView, iso } from './runView';

export interface HeldQuery {
  cursor?: string;
  limit: number;
  sensor?: string;
  /** Of the reason. */
  code?: string;
  /** Entity reference: of the sensor's owner or of the entity's. */
  owner?: string;
}

/** What is held, oldest first. What is released meanwhile is gone from later pages, nothing else moves. */
export async function readHeld(
  knex: Knex,
  query: HeldQuery,
  access: Access,
): Promise<Page<HeldView>> {
  const after = readCursor(query.cursor, 2);
  const rows = await knex('runs')
    .where('runs.state', 'held')
    .modify(held => {
      if (after) {
        held.whereRaw('(runs.held_at, runs.seq) > (?, ?)', after);
      }
      if (query.sensor) held.where('runs.sensor', query.sensor);
      if (query.code)
        held.whereRaw(`${reasonCode(knex, 'runs')} = ?`, [query.code]);
      if (query.owner) {
        held.where(any =>
          any
            .where('runs.owner_ref', query.owner)
            .orWhere('runs.entity_owner_ref', query.owner),
        );
      }
      access.restrict(held, runOwnedBy);
    })
    .orderBy(['runs.held_at', 'runs.seq'])
    .limit(query.limit + 1);

  const runs: Run[] = rows.map(runOf);
  const more = runs.length > query.limit;
  if (more) runs.pop();
  const last = runs.at(-1);
  return {
    items: await viewHeld(knex, runs),
    ...(more &&
      last && { nextCursor: writeCursor(last.heldAt ?? 0, last.seq) }),
  };
}

/** One held run; undefined when it is not held, or the reader may not see it. */
export async function readHeldRun(
  knex: Knex,
  id: string,
  access?: Access,
): Promise<HeldView | undefined> {
  const run = await readRun(knex, id);
  if (run?.state !== 'held') return undefined;
  if (access?.allows(ownersOf(run)) === false) return undefined;
  const [view] = await viewHeld(knex, [run]);
  return view;
}

async function viewHeld(knex: Knex, runs: Run[]): Promise<HeldView[]> {
  const events = await readEventsByUid(
    knex,
    runs.map(({ eventUid }) => eventUid),
  );
  const stories = await readRunStories(knex, runs);
  const comments = await readComments(
    knex,
    runs.map(({ id }) => id),
  );
  return runs.map(run =>
    heldView(
      stories.get(run.id)!,
      events.get(run.eventUid),
      comments.get(run.id) ?? [],
    ),
  );
}

async function readComments(
  knex: Knex,
  runIds: string[],
): Promise<Map<string, HeldView['comments']>> {
  const rows = await knex('timeline')
    .whereIn('run_id', runIds)
    .where({ kind: 'comment' })
    .orderBy('seq')
    .limit(maxRelatedRows);
  const byRun = groupBy(rows, row => row.run_id as string);
  return new Map(
    [...byRun].map(([run, lines]) => [
      run,
      lines.map(line => {
        const { by, text } = JSON.parse(line.data);
        return { at: iso(Number(line.at)), by, text };
      }),
    ]),
  );
}
