import type { Knex } from 'knex';
import { whyItWaits } from '../change/whyItWaits';
import type { Access } from '../permissions/access';
import type { OwnedResource } from '../permissions/isOwner';
import { ownersOf, requestersOf, together } from '../permissions/owners';
import { changeOf, type Change } from '../store/changeRow';
import { revertsBy, revertsOf } from '../store/reverts';
import { runOf, type Run } from '../store/runRow';
import { readStopWaits } from '../stop/readStopWaits';
import { decisionOf, type DecisionRow } from './decisionRow';
import type { EventRow } from './eventRow';
import { groupBy } from './groupBy';
import { maxRelatedRows } from './page';
import { readPositions } from '../store/positions';
import { decidedEvents } from './readDecided';
import type { ReadRoom } from './readRoom';
import { readLimitWaits } from './readLimitWaits';
import { readRestWaits } from './readRestWaits';
import { readWaits } from './readWaits';
import type { RunStory } from './runView';

/** An event with what came of it. */
export interface Story {
  event: EventRow;
  owners: OwnedResource;
  /** Whether every sensor has said something to it. */
  decided: boolean;
  /** Whether, beyond that, each run has ended. */
  settled: boolean;
  /** Those that the reader may see, oldest first. */
  runs: RunStory[];
  /** Other than that it alone fired. */
  decisions: DecisionRow[];
}

/** The stories of these events, in their order. */
export async function readStories(
  { knex, bus }: ReadRoom,
  events: EventRow[],
  access: Access,
): Promise<Story[]> {
  const uids = events.map(({ uid }) => uid);
  const positions = await readPositions(knex);
  const decisions = await readDecisionsOf(knex, uids);
  const runs = await readRunsOf(knex, uids, decisions);
  const decided = await decidedEvents({
    positions,
    bus,
    events,
    answered: new Set([...decisions.keys(), ...runs.keys()]),
  });
  const stories = await readRunStories(knex, [...runs.values()].flat());
  return events.map(event => {
    const all = runs.get(event.uid) ?? [];
    const said = decisions.get(event.uid) ?? [];
    return {
      event,
      owners: together(requestersOf(event), ...all.map(ownersOf)),
      decided: decided.has(event.uid),
      settled:
        decided.has(event.uid) &&
        said.every(({ outcome }) => outcome !== 'waiting') &&
        all.every(({ state }) => state === 'ended'),
      runs: all
        .filter(run => maySeeRun(access, run, [event]))
        .flatMap(run => stories.get(run.id) ?? []),
      decisions: said,
    };
  });
}

export function maySeeRun(
  access: Access,
  run: Run,
  events: EventRow[],
): boolean {
  return access.allows(together(ownersOf(run), ...events.map(requestersOf)));
}

/** What the views of runs need beside their rows, by run id. */
export async function readRunStories(
  knex: Knex,
  runs: Run[],
): Promise<Map<string, RunStory>> {
  const changes = await readChangesOf(
    knex,
    runs.map(({ id }) => id),
  );
  const titles = await readSensorTitles(knex, [
    ...new Set(runs.map(({ sensor }) => sensor)),
  ]);
  const waits = new Map([
    ...(await readWaits(knex, runs, titles)),
    ...(await readLimitWaits(knex, runs)),
    ...(await readRestWaits(knex, runs)),
  ]);
  const stopped = await readStopWaits(knex, runs);
  const reverts = await readRevertsOf(knex, runs);
  return new Map(
    runs.map(run => {
      const its = changes.get(run.id) ?? [];
      const reason =
        stopped.get(run.id) ?? waits.get(run.id) ?? reasonOf(run, its);
      return [
        run.id,
        {
          run: { ...run, reason },
          sensorTitle: titles.get(run.sensor) ?? run.sensor,
          changes: its,
          revert: reverts.get(run.id),
        },
      ];
    }),
  );
}

/** A run that waits for its change looks at it now and then, and says only what it saw then. */
function reasonOf(run: Run, changes: Change[]): Run['reason'] {
  const change = changes.at(-1);
  return run.state === 'waiting' && change && change.state !== 'ended'
    ? whyItWaits(change)
    : run.reason;
}

/** By either of the two runs; a revert that is taken back tells that. */
async function readRevertsOf(knex: Knex, runs: Run[]) {
  const ids = runs.map(({ id }) => id);
  const itself = runs.flatMap(({ id, scope }) => (scope?.revert ? id : []));
  return new Map([
    ...(await revertsBy(knex, itself)).map(one => [one.runId, one] as const),
    ...(await revertsOf(knex, ids)).map(one => [one.ofRun, one] as const),
  ]);
}

async function readDecisionsOf(
  knex: Knex,
  uids: string[],
): Promise<Map<string, DecisionRow[]>> {
  const rows = await knex('decisions')
    .whereIn('event_uid', uids)
    .orderBy('seq')
    .limit(maxRelatedRows);
  return groupBy(rows.map(decisionOf), ({ eventUid }) => eventUid);
}

/** Runs of these events, also those that they share with others. */
async function readRunsOf(
  knex: Knex,
  uids: string[],
  decisions: ReadonlyMap<string, DecisionRow[]>,
): Promise<Map<string, Run[]>> {
  const ids = [...decisions.values()]
    .flat()
    .flatMap(({ runId }) => runId ?? []);
  const rows: Record<string, any>[] = await knex('runs')
    .whereIn('event_uid', uids)
    .modify(query => {
      if (ids.length > 0) query.orWhereIn('id', [...new Set(ids)]);
    })
    .orderBy('seq')
    .limit(maxRelatedRows);
  const asked = new Set(uids);
  const pairs = rows
    .map(runOf)
    .flatMap(run =>
      run.scope.events.flatMap(({ uid }) =>
        asked.has(uid) ? { uid, run } : [],
      ),
    );
  return new Map(
    [...groupBy(pairs, ({ uid }) => uid)].map(([uid, some]) => [
      uid,
      some.map(({ run }) => run),
    ]),
  );
}

async function readChangesOf(
  knex: Knex,
  runIds: string[],
): Promise<Map<string, Change[]>> {
  const rows = await knex('effects')
    .join('changes', 'changes.id', 'effects.change_id')
    .whereIn('effects.run_id', runIds)
    .select('effects.run_id as member', 'changes.*')
    .orderBy('changes.seq')
    .limit(maxRelatedRows);
  const byRun = groupBy(rows, row => row.member as string);
  return new Map(
    [...byRun].map(([run, members]) => [run, members.map(changeOf)]),
  );
}

async function readSensorTitles(
  knex: Knex,
  names: string[],
): Promise<Map<string, string>> {
  const rows = await knex('sensors')
    .whereIn('name', names)
    .select('name', 'title');
  return new Map(rows.map(row => [row.name, row.title]));
}
