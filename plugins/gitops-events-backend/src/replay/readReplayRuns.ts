import type {
  ReplayView,
  RunView,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { runOf } from '../store/runRow';
import { readEventsByUid } from '../timeline/eventRow';
import { readCursor, writeCursor, type Page } from '../timeline/page';
import { readRunStories } from '../timeline/readStories';
import { runView } from '../timeline/runView';
import { makesRuns, type Replay } from './replay';

type RunCounts = NonNullable<ReplayView['runs']>;

/** Runs that a replay made, in the order of their events. */
export async function readReplayRuns(
  knex: Knex,
  replay: Replay,
  query: { cursor?: string; limit: number },
): Promise<Page<RunView>> {
  if (!makesRuns(replay)) return { items: [] };
  const [after] = readCursor(query.cursor, 1) ?? [0];
  const rows: Record<string, any>[] = await runsOf(knex, [replay])
    .andWhere('seq', '>', after)
    .orderBy('seq')
    .limit(query.limit + 1);
  const runs = rows.slice(0, query.limit).map(runOf);
  const stories = await readRunStories(knex, runs);
  const events = await readEventsByUid(
    knex,
    runs.map(({ eventUid }) => eventUid),
  );
  return {
    items: runs.map(run =>
      runView(stories.get(run.id)!, events.get(run.eventUid)),
    ),
    ...(rows.length > runs.length && {
      nextCursor: writeCursor(runs.at(-1)!.seq),
    }),
  };
}

/** Where the runs of replays stand, by number of the replay. */
export async function countReplayRuns(
  knex: Knex,
  replays: Replay[],
): Promise<Map<number, RunCounts>> {
  const acting = replays.filter(makesRuns);
  const counts = new Map<number, RunCounts>(acting.map(({ seq }) => [seq, []]));
  if (acting.length === 0) return counts;
  const rows: Record<string, any>[] = await runsOf(knex, acting)
    .select('generation', 'state', 'end')
    .count('* as count')
    .groupBy('generation', 'state', 'end');
  for (const { generation, state, end, count } of rows) {
    counts.get(generation)!.push({ state: end ?? state, count: Number(count) });
  }
  return counts;
}

function runsOf(knex: Knex, replays: Replay[]) {
  return (
    knex('runs')
      // A literal, so that the index of replayed runs fits.
      .whereRaw('generation > 0')
      .whereIn(
        'generation',
        replays.map(({ seq }) => seq),
      )
  );
}
