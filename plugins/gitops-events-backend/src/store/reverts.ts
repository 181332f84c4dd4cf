import type { Knex } from 'knex';
import { chunks } from './chunks';
import { optionalNumber } from './runRow';
import { lookAgain } from './saveChange';

/** A row of `reverts`, typed, with how its run stands. Times in milliseconds since the epoch. */
export interface Revert {
  /** The run that takes back, and the one that is taken back. */
  runId: string;
  ofRun: string;
  by: string;
  comment: string;
  /** Of the preview that the person saw. */
  digest: string;
  askedAt: number;
  rootCause?: { text: string; by: string; at: number };
  /** Whether its run has taken it back. */
  done: boolean;
}

/** A row, with what became of its run: its end, or `open`. */
type Row = Record<string, any>;

/** Ends of a revert after which the value is taken back. */
const ends = ['applied', 'done', 'alreadySo'];

function inEffect({ became }: Row): boolean {
  return became === 'open' || ends.includes(became);
}

/**
 * Reverts of these runs, under way or done, oldest first. One that was itself
 * taken back does not count any more.
 */
export async function revertsOf(
  knex: Knex,
  runIds: string[],
): Promise<Revert[]> {
  const rows = await read(knex, 'of_run', runIds);
  return standing(knex, rows.filter(inEffect).map(revertOf));
}

/** The reverts that these runs are, whatever became of them. */
export async function revertsBy(
  knex: Knex,
  runIds: string[],
): Promise<Revert[]> {
  return (await read(knex, 'run_id', runIds)).map(revertOf);
}

/**
 * By change key, the oldest revert in effect whose root cause nobody has stated. One
 * that ended half way holds what it has taken back.
 */
export async function readHolds(
  knex: Knex,
  changeKeys: string[],
): Promise<Map<string, Revert>> {
  const holds = new Map<string, Revert>();
  for (const some of chunks([...new Set(changeKeys)])) {
    const keys: HeldKey[] = await knex('reverted_keys').whereIn(
      'change_key',
      some,
    );
    const ids = [...new Set(keys.map(({ run_id }) => run_id))];
    const rows = await read(knex, 'run_id', ids);
    const over = rows.filter(row => !inEffect(row));
    const takenBack = await mergedOf(
      knex,
      over.map(({ run_id }) => run_id),
      some,
    );
    for (const revert of await standing(knex, rows.map(revertOf))) {
      const held = over.some(({ run_id }) => run_id === revert.runId)
        ? takenBack
        : keys;
      for (const { change_key: key, run_id: by } of held) {
        if (by === revert.runId && !holds.has(key)) holds.set(key, revert);
      }
    }
  }
  return holds;
}

interface HeldKey {
  change_key: string;
  run_id: string;
}

/** Which of these change keys the runs have merged. */
async function mergedOf(
  knex: Knex,
  runIds: string[],
  changeKeys: string[],
): Promise<HeldKey[]> {
  if (runIds.length === 0) return [];
  return knex('effects as e')
    .join('changes as c', 'c.id', 'e.change_id')
    .whereIn('e.run_id', runIds)
    .whereIn('e.change_key', changeKeys)
    .where({ 'e.state': 'member', 'c.end': 'merged' })
    .select('e.change_key', 'e.run_id');
}

/** Whether a member of a change, other than a revert, has a change key that one holds. */
export async function carriesReverted(
  knex: Knex,
  changeId: string,
): Promise<boolean> {
  const keys: string[] = await knex('reverted_keys as k')
    .join('effects as e', 'e.change_key', 'k.change_key')
    .leftJoin('reverts as own', 'own.run_id', 'e.run_id')
    .where({ 'e.change_id': changeId, 'e.state': 'member' })
    .whereNull('own.run_id')
    .distinct('k.change_key')
    .pluck('k.change_key');
  return keys.length > 0 && (await readHolds(knex, keys)).size > 0;
}

async function standing(knex: Knex, reverts: Revert[]): Promise<Revert[]> {
  if (reverts.length === 0) return [];
  const again = await revertsOf(
    knex,
    reverts.map(({ runId }) => runId),
  );
  const gone = new Set(
    again.filter(({ done }) => done).map(({ ofRun }) => ofRun),
  );
  return reverts.filter(({ runId }) => !gone.has(runId));
}

/** The runs are asked one by one, by their key: joined, a planner may begin with all runs that ever were. */
async function read(
  knex: Knex,
  column: 'run_id' | 'of_run',
  runIds: string[],
): Promise<Row[]> {
  if (runIds.length === 0) return [];
  const became = knex('runs')
    .whereRaw('runs.id = reverts.run_id')
    .select(knex.raw("coalesce(??, 'open')", ['runs.end']))
    .as('became');
  return knex('reverts')
    .whereIn(column, runIds)
    .orderBy('asked_at')
    .select('reverts.*', became);
}

function revertOf(row: Row): Revert {
  const at = optionalNumber(row.root_cause_at);
  return {
    runId: row.run_id,
    ofRun: row.of_run,
    by: row.asked_by,
    comment: row.comment,
    digest: row.digest,
    askedAt: Number(row.asked_at),
    ...(at !== undefined && {
      rootCause: { text: row.root_cause, by: row.root_cause_by, at },
    }),
    done: ends.includes(row.became),
  };
}

export async function insertRevert(
  tx: Knex,
  revert: Omit<Revert, 'done'>,
  changeKeys: string[],
): Promise<void> {
  const { runId, ofRun, by, comment, digest, askedAt, rootCause } = revert;
  await tx('reverts').insert({
    run_id: runId,
    of_run: ofRun,
    asked_by: by,
    comment,
    digest,
    asked_at: askedAt,
    root_cause: rootCause?.text ?? null,
    root_cause_by: rootCause?.by ?? null,
    root_cause_at: rootCause?.at ?? null,
  });
  // Where the root cause is known, nothing is held.
  if (rootCause) {
    await letGo(tx, runId);
    return;
  }
  await tx('reverted_keys').insert(
    [...new Set(changeKeys)].map(key => ({ change_key: key, run_id: runId })),
  );
  // What open changes carry of these leaves them.
  await lookAgain(
    tx,
    tx('effects')
      .whereIn('change_key', changeKeys)
      .where({ state: 'member' })
      .whereNotNull('change_id')
      .select('change_id'),
  );
}

/** @returns whether it was the first to be stated */
export async function writeRootCause(
  tx: Knex,
  runId: string,
  { text, by, at }: NonNullable<Revert['rootCause']>,
): Promise<boolean> {
  const written = await tx('reverts')
    .where({ run_id: runId })
    .whereNull('root_cause')
    .update({ root_cause: text, root_cause_by: by, root_cause_at: at });
  if (written !== 1) return false;
  await letGo(tx, runId);
  return true;
}

/** Those before it that were to take back the same run, and were left half way, hold no longer either. */
async function letGo(tx: Knex, runId: string): Promise<void> {
  await tx('reverted_keys')
    .whereIn(
      'run_id',
      tx('reverts as other')
        .join('reverts as this', 'this.of_run', 'other.of_run')
        .where('this.run_id', runId)
        .whereRaw('other.asked_at <= this.asked_at')
        .select('other.run_id'),
    )
    .delete();
}
