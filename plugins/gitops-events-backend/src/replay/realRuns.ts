import type { Firing } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { newRun, type RunConfig } from '../pipeline/newRun';
import { nobody } from '../pipeline/writeDecided';
import { appendChain } from '../store/chain';
import { insertRuns, type NewRun } from '../store/insertRuns';
import type { Judged } from './judgePage';
import type { Page } from './readPage';
import { generationOf, makesRuns, ruleOf, type Replay } from './replay';

/**
 * The runs of a page of a replay for real: one for each firing that has an
 * event of the replay's time. They have effects and lanes of their own, hold no
 * mark and no place among what is live; permissions, boundary, policy and
 * freezes are asked as ever.
 */
export async function realRuns(
  options: {
    config: RunConfig;
    ownersOf(entityRefs: string[]): Promise<ReadonlyMap<string, string>>;
  },
  what: { replay: Replay; page: Page; judged: Judged[]; now: number },
): Promise<NewRun[]> {
  const { replay, page, judged, now } = what;
  if (!makesRuns(replay)) return [];
  const firings = new Set(judged.flatMap(({ said }) => said.firing ?? []));
  const asked = [...firings].map(firing => ({ firing, ...of(page, firing) }));
  const entities = asked.flatMap(({ told }) => told?.entityRef ?? []);
  const owners =
    entities.length > 0 ? await options.ownersOf(entities) : new Map();
  return asked.map(({ firing, event, told }) =>
    newRun({
      firing: { ...firing, events: firing.events.map(unmarked) },
      sensor: ruleOf(replay),
      // A window's run is told by its first step, from all of its events.
      event: event!,
      told,
      config: options.config,
      owners,
      now,
      generation: generationOf(replay),
      redirect: replay.target,
    }),
  );
}

/** Inserts them and puts them on record, in the transaction that moves the replay on. */
export async function writeRealRuns(
  tx: Knex,
  replay: Replay,
  runs: NewRun[],
  now: number,
): Promise<void> {
  await insertRuns(tx, runs, nobody);
  const records = runs.map(run => ({
    what: 'decision',
    event: run.eventUid,
    sensor: run.sensor,
    revision: run.revision,
    outcome: run.state === 'held' ? 'held' : 'fired',
    run: run.id,
    replay: replay.id,
  }));
  await appendChain(tx, 'replays', records, now);
}

function of({ events }: Page, { events: fired }: Firing) {
  const { uid } = fired[fired.length - 1];
  const found = events.find(({ event }) => event.uid === uid);
  const told =
    found?.evaluation.result === 'matched' ? found.evaluation.scope : undefined;
  return { event: found?.event, told };
}

/** A run that fails ends its dedupe mark, and a replay has none among the live ones. */
function unmarked({ uid, dependency }: Firing['events'][number]) {
  return { uid, dependency };
}
