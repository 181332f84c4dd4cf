import {
  gitChangeAction,
  syncWaitAction,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import { groupBy } from '../timeline/groupBy';
import { chunks } from './chunks';
import type { StepRecord } from './runRow';

/**
 * What newer runs of a change key wait for: that what it wrote before is applied,
 * or that checks of the host are over.
 */
export type Rest =
  | {
      changeId: string;
      waitsFor: 'sync';
      /** At the latest, in milliseconds since the epoch. */
      until: number;
      /** Those that apply it; none yet: they are about to be asked. */
      applications: string[];
    }
  | { changeId: string; waitsFor: 'checks'; pullNumber: number };

/**
 * The change keys of all bases that rest, derived from what is on record: nobody
 * has to write down that a rest is over. Reads what was merged within the longest
 * rest and has a sync, and what is being checked.
 */
export async function readRests(
  knex: Knex,
  now = presentTime(),
): Promise<Map<string, Rest>> {
  const candidates = await readCandidates(knex, now);
  if (candidates.length === 0) return new Map();
  const syncing = await readSyncing(
    knex,
    candidates.flatMap(({ id, checking }) => (checking ? [] : id)),
  );
  const rests = candidates.map(candidate => restOf(candidate, syncing));
  if (rests.every(rest => rest === undefined)) return new Map();
  const keys = await readKeys(
    knex,
    candidates.map(({ id }) => id),
  );
  // The newest counts: what a run that did not wait has merged since.
  const found = new Map<string, Rest | undefined>();
  candidates.forEach(({ id }, at) => {
    for (const key of keys.get(id) ?? []) found.set(key, rests[at]);
  });
  return new Map(
    [...found].flatMap(([key, rest]) => (rest ? [[key, rest] as const] : [])),
  );
}

/** Change keys whose runs are not sealed now. Where one of them is urgent, those before it go with it. */
export async function readRestingKeys(knex: Knex): Promise<string[]> {
  const rests = await readRests(knex);
  if (rests.size === 0) return [];
  const urgent: string[] = await knex('effects')
    .whereRaw("urgent and state = 'pending'")
    .distinct('change_key')
    .pluck('change_key');
  for (const key of urgent) rests.delete(key);
  return [...rests.keys()];
}

interface Candidate {
  id: string;
  checking: boolean;
  restsUntil: number;
  pullNumber: number;
}

/** In the order in which their content came to their base, or will. */
async function readCandidates(knex: Knex, now: number): Promise<Candidate[]> {
  const columns = ['id', 'seq', 'merged_at', 'rests_until', 'pull_number'];
  const merged: any[] = await knex('changes')
    .where('rests_until', '>', now)
    .orderBy(['merged_at', 'seq'])
    .select(columns);
  const checking: any[] = await knex('changes')
    .whereRaw("checking and state = 'waiting'")
    // Nobody looks at its host while it is stopped.
    .whereNull('stop_id')
    .orderBy('seq')
    .select(columns);
  return [...merged, ...checking].map((row, at) => ({
    id: row.id,
    checking: at >= merged.length,
    restsUntil: Number(row.rests_until),
    pullNumber: row.pull_number,
  }));
}

function restOf(
  { id, checking, restsUntil, pullNumber }: Candidate,
  syncing: ReadonlyMap<string, string[]>,
): Rest | undefined {
  if (checking) return { changeId: id, waitsFor: 'checks', pullNumber };
  const applications = syncing.get(id);
  return (
    applications && {
      ...{ changeId: id, waitsFor: 'sync', until: restsUntil },
      applications,
    }
  );
}

/** Those whose sync is on its way and makes progress, with the applications that are not done; none before they are asked. */
async function readSyncing(
  knex: Knex,
  changeIds: string[],
): Promise<Map<string, string[]>> {
  const syncs = await readAll(changeIds, ids =>
    knex('change_syncs')
      .whereIn('change_id', ids)
      .orderBy('application')
      .select('change_id', 'application', 'state', 'stuck', 'stopped_at'),
  );
  const byChange = groupBy(syncs, row => row.change_id as string);
  const syncing = new Map<string, string[]>();
  for (const [id, its] of byChange) {
    const open = its.filter(({ state }) =>
      ['waiting', 'syncing'].includes(state),
    );
    const fails =
      its.some(({ state }) => state === 'failed') ||
      open.some(row => row.stuck || row.stopped_at !== null);
    if (open.length > 0 && !fails) {
      syncing.set(
        id,
        open.map(({ application }) => application),
      );
    }
  }
  const unasked = changeIds.filter(id => !byChange.has(id));
  for (const id of await readAwaiting(knex, unasked)) syncing.set(id, []);
  return syncing;
}

/** Those that a run is about to wait for. */
async function readAwaiting(
  knex: Knex,
  changeIds: string[],
): Promise<Set<string>> {
  const rows = await readAll(changeIds, ids =>
    knex('effects as e')
      .join('runs as r', 'r.id', 'e.run_id')
      .whereIn('e.change_id', ids)
      .where('e.state', 'member')
      .whereIn('r.state', ['queued', 'running', 'waiting'])
      .select('e.change_id', 'e.step_id', 'r.steps'),
  );
  return new Set(
    rows.flatMap(({ change_id: id, step_id: step, steps }) =>
      awaitsSync(JSON.parse(steps), step) ? id : [],
    ),
  );
}

/** Whether a run that wrote here with `stepId` writes nothing more before it waits for the sync. */
function awaitsSync(steps: StepRecord[], stepId: string): boolean {
  const next = steps
    .slice(steps.findIndex(({ id }) => id === stepId) + 1)
    .find(
      ({ action, state }) =>
        (action === gitChangeAction.id || action === syncWaitAction.id) &&
        !['done', 'skipped', 'failed'].includes(state),
    );
  return (
    next?.action === syncWaitAction.id &&
    // One that fails goes no further.
    !steps.some(({ onFailure }) => onFailure)
  );
}

async function readKeys(
  knex: Knex,
  changeIds: string[],
): Promise<Map<string, string[]>> {
  const rows = await readAll(changeIds, ids =>
    knex('effects')
      .whereIn('change_id', ids)
      .where({ state: 'member' })
      .distinct('change_id', 'change_key'),
  );
  const byChange = groupBy(rows, row => row.change_id as string);
  return new Map(
    [...byChange].map(([id, its]) => [id, its.map(row => row.change_key)]),
  );
}

async function readAll(
  ids: string[],
  read: (some: string[]) => PromiseLike<any[]>,
): Promise<any[]> {
  const rows: any[] = [];
  for (const some of chunks(ids)) rows.push(...(await read(some)));
  return rows;
}
