import type { GitChangeInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { chunks } from './chunks';
import { isPostgres } from './clock';

/** What a step in mode observe would have written. */
export interface Observed {
  runId: string;
  stepId: string;
  repository: string;
  base: string;
  input: GitChangeInput;
  /** When it counts as not agreed. Milliseconds since the epoch. */
  until: number;
}

/** A second time changes nothing. */
export async function insertObserved(
  tx: Knex,
  observed: Observed[],
): Promise<void> {
  for (const some of chunks(observed)) {
    await tx('observed')
      .insert(
        some.map(({ runId, stepId, repository, base, input, until }) => ({
          ...{ run_id: runId, step_id: stepId, repository, base, until },
          input: JSON.stringify(input),
        })),
      )
      .onConflict(['run_id', 'step_id'])
      .ignore();
  }
}

/** Branches that something observed waits for. */
export async function readObservedBases(
  knex: Knex,
): Promise<Array<Pick<Observed, 'repository' | 'base'>>> {
  return knex('observed').distinct('repository', 'base');
}

/** What was not looked for at this commit yet, or is due, the oldest first. */
export async function readObserved(
  knex: Knex,
  at: Pick<Observed, 'repository' | 'base'> & {
    head: string;
    now: number;
    limit: number;
  },
): Promise<Observed[]> {
  const rows = await knex('observed')
    .where({ repository: at.repository, base: at.base })
    .andWhere(due =>
      due
        .whereNull('looked_at')
        .orWhereNot('looked_at', at.head)
        .orWhere('until', '<=', at.now),
    )
    .orderBy('until')
    .limit(at.limit);
  return rows.map(row => ({
    runId: row.run_id,
    stepId: row.step_id,
    repository: row.repository,
    base: row.base,
    input: JSON.parse(row.input),
    until: Number(row.until),
  }));
}

/** Remembers that base did not hold them at a commit. */
export async function markLooked(
  tx: Knex,
  observed: Observed[],
  head: string,
): Promise<void> {
  for (const some of chunks(observed)) {
    await tx('observed')
      .whereIn(['run_id', 'step_id'], some.map(keyOf))
      .update({ looked_at: head });
  }
}

/**
 * Tells runs whether base came to hold what they would have written. A run
 * with several such steps agrees when all of them do. Only what is still open
 * counts, so that of two replicas with different news the first one tells.
 */
export async function settleObserved(
  tx: Knex,
  { agreed, missed }: { agreed: Observed[]; missed: Observed[] },
): Promise<void> {
  const runIds = [...agreed, ...missed].map(({ runId }) => runId);
  // The steps of one run may be told by several at once: one after the other.
  for (const some of chunks([...new Set(runIds)].sort())) {
    await tx('runs')
      .whereIn('id', some)
      .orderBy('id')
      .select('id')
      .modify(query => {
        if (isPostgres(tx)) query.forUpdate();
      });
  }
  const missedRuns = await closeObserved(tx, missed);
  await tx('runs').whereIn('id', missedRuns).update({ agreed: false });
  const agreedRuns = await closeObserved(tx, agreed);
  await tx('runs')
    .whereIn('id', agreedRuns)
    .whereNull('agreed')
    .whereNotIn(
      'id',
      tx('observed').whereIn('run_id', agreedRuns).select('run_id'),
    )
    .update({ agreed: true });
}

/** @returns ids of the runs of those that were open */
async function closeObserved(
  tx: Knex,
  observed: Observed[],
): Promise<string[]> {
  const keys = observed.map(keyOf);
  const open = await tx('observed')
    .whereIn(['run_id', 'step_id'], keys)
    .pluck('run_id');
  await tx('observed').whereIn(['run_id', 'step_id'], keys).delete();
  return [...new Set<string>(open)];
}

function keyOf({ runId, stepId }: Observed): string[] {
  return [runId, stepId];
}
