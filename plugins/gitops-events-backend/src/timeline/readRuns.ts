import type { RunView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Access } from '../permissions/access';
import type { Run } from '../store/runRow';
import { readRun } from '../store/readRun';
import { readEventRow, type EventRow } from './eventRow';
import { maySeeRun, readRunStories } from './readStories';
import { runView } from './runView';

/** A run with the event it came of, where that is still kept. */
export async function readRunAndEvent(
  knex: Knex,
  id: string,
): Promise<{ run: Run; event: EventRow | undefined } | undefined> {
  const run = await readRun(knex, id);
  return run && { run, event: await readEventRow(knex, run.eventUid) };
}

export async function readRunView(
  knex: Knex,
  id: string,
  access: Access,
): Promise<RunView | undefined> {
  const found = await readRunAndEvent(knex, id);
  if (!found || !maySeeRun(access, found.run, found.event)) return undefined;
  return viewRun(knex, found);
}

export async function viewRun(
  knex: Knex,
  { run, event }: { run: Run; event: EventRow | undefined },
): Promise<RunView> {
  const stories = await readRunStories(knex, [run]);
  return runView(stories.get(run.id)!, event);
}
