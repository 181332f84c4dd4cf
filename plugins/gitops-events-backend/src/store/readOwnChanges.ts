import type { AboutChange } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { groupBy } from '../timeline/groupBy';
import { chunks } from './chunks';

/** A change of ours, and the events that led to it. */
export interface OwnChange extends AboutChange {
  /** Of the deepest of those events. */
  depth: number;
  /** One of them; undefined once they are erased. */
  cause?: string;
}

/** Columns that hold commits which we made, of the branch of a change or of its merge. */
const places = [
  { table: 'changes', id: 'id', commit: 'head_commit' },
  { table: 'changes', id: 'id', commit: 'merge_commit' },
  { table: 'change_revisions', id: 'change_id', commit: 'expected_head' },
];

/** Changes by these commits and by their own ids; others are nobody's or somebody else's. */
export async function readOwnChanges(
  knex: Knex,
  named: { commits: string[]; changes: string[] },
): Promise<Map<string, OwnChange>> {
  const idOf = new Map<string, string>();
  for (const some of chunks([...new Set(named.commits)])) {
    for (const { table, id, commit } of places) {
      const rows = await knex(table)
        .whereIn(commit, some)
        .select({ id, name: commit });
      for (const row of rows) idOf.set(row.name, row.id);
    }
  }
  for (const some of chunks([...new Set(named.changes)])) {
    const ids: string[] = await knex('changes').whereIn('id', some).pluck('id');
    for (const id of ids) idOf.set(id, id);
  }
  const changes = await readChanges(knex, [...new Set(idOf.values())]);
  return new Map(
    [...idOf].flatMap(([name, id]) => {
      const change = changes.get(id);
      return change ? [[name, change] as const] : [];
    }),
  );
}

/** What one sensor's runs brought to a change; an event of theirs may be erased. */
interface MadeBy {
  change_id: string;
  sensor: string;
  depth: number | null;
  cause: string | null;
}

/** A row a change and sensor: a change may carry many runs. */
async function readChanges(
  knex: Knex,
  ids: string[],
): Promise<Map<string, OwnChange>> {
  const changes = new Map<string, OwnChange>();
  for (const some of chunks(ids)) {
    const rows = await knex('effects')
      .join('runs', 'runs.id', 'effects.run_id')
      .leftJoin('decisions', 'decisions.run_id', 'runs.id')
      .leftJoin('events', join =>
        join.on(
          'events.uid',
          knex.raw('coalesce(decisions.event_uid, runs.event_uid)'),
        ),
      )
      .whereIn('effects.change_id', some)
      .groupBy('effects.change_id', 'runs.sensor')
      .orderBy('runs.sensor')
      .select('effects.change_id', 'runs.sensor')
      .max({ depth: 'events.depth', cause: 'events.uid' });
    const found = groupBy(rows as MadeBy[], row => row.change_id);
    for (const [changeId, each] of found) {
      changes.set(changeId, {
        changeId,
        sensors: each.map(({ sensor }) => sensor),
        depth: Math.max(...each.map(({ depth }) => depth ?? 0)),
        cause: each.find(({ cause }) => cause)?.cause ?? undefined,
      });
    }
  }
  return changes;
}
