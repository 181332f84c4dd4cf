import type { Knex } from 'knex';
import type { TimelineLine } from './composeEntries';
import { groupBy } from './groupBy';
import { maxRelatedRows } from './page';
import type { Story } from './readStories';

/** The lines kept for the runs of these stories and for their changes. */
export async function readLines(
  knex: Knex,
  stories: Story[],
): Promise<(story: Story) => TimelineLine[]> {
  const uids = stories.map(({ event }) => event.uid);
  const changeIds = stories.flatMap(changesOf);
  const ofEvents = await knex('timeline')
    .whereIn('event_uid', uids)
    .orderBy('seq')
    .limit(maxRelatedRows);
  const ofChanges = await knex('timeline')
    .whereIn('change_id', [...new Set(changeIds)])
    .orderBy('seq')
    .limit(maxRelatedRows);
  const shared = stories.flatMap(sharedRunsOf);
  const ofShared =
    shared.length === 0
      ? []
      : await knex('timeline')
          .whereIn('run_id', [...new Set(shared)])
          .orderBy('seq')
          .limit(maxRelatedRows);
  const byEvent = groupBy(ofEvents, row => row.event_uid as string);
  const byRun = groupBy(ofShared, row => row.run_id as string);
  const byChange = groupBy(ofChanges, row => row.change_id as string);
  return story => {
    const rows = [
      ...(byEvent.get(story.event.uid) ?? []),
      ...sharedRunsOf(story).flatMap(id => byRun.get(id) ?? []),
      ...changesOf(story).flatMap(id => byChange.get(id) ?? []),
    ];
    const once = new Map(rows.map(row => [row.seq, lineOf(row)]));
    return [...once.values()];
  };
}

/** Runs whose lines are kept under another event of the same firing. */
function sharedRunsOf({ event, runs }: Story): string[] {
  return runs
    .filter(({ run }) => run.eventUid !== event.uid)
    .map(({ run }) => run.id);
}

function changesOf({ runs }: Story): string[] {
  return [
    ...new Set(runs.flatMap(({ changes }) => changes.map(({ id }) => id))),
  ];
}

function lineOf(row: Record<string, any>): TimelineLine {
  return {
    seq: Number(row.seq),
    kind: row.kind,
    runId: row.run_id ?? undefined,
    changeId: row.change_id ?? undefined,
    data: JSON.parse(row.data),
    at: Number(row.at),
  };
}
