import type { RunView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Access } from '../permissions/access';
import type { Run } from '../store/runRow';
import { readRun } from '../store/readRun';
import { readEventsByUid, type EventRow } from './eventRow';
import { maySeeRun, readRunStories } from './readStories';
import { runView } from './runView';

/** A run with those of its events that are still kept, in their order. */
export async function readRunAndEvents(
  knex: Knex,
  id: string,
): Promise<{ run: Run; events: EventRow[] } | undefined> {
  const run = await readRun(knex, id);
  if (!run) return undefined;
  const uids = run.scope.events.map(({ uid }) => uid);
  const kept = await readEventsByUid(knex, uids);
  return { run, events: uids.flatMap(uid => kept.get(uid) ?? []) };
}

export async function readRunView(
  knex: Knex,
  id: string,
  access: Access,
): Promise<RunView | undefined> {
  const found = await readRunAndEvents(knex, id);
  if (!found || !maySeeRun(access, found.run, found.events)) return undefined;
  return viewRun(knex, found);
}

export async function viewRun(
  knex: Knex,
  { run, events }: { run: Run; events: EventRow[] },
): Promise<RunView> {
  const stories = await readRunStories(knex, [run]);
  const event = events.find(({ uid }) => uid === run.eventUid);
  return runView(stories.get(run.id)!, event);
}
