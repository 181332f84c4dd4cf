import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import type { ChainRecord } from '../store/chain';
import { lockBases } from '../store/claimBase';
import { isPostgres } from '../store/clock';
import { insertRevert, revertsOf } from '../store/reverts';
import { appendTimeline, type TimelineRow } from '../timeline/append';
import { endReverted } from './endReverted';
import { insertRevertRun, type NewRevert } from './newRevert';
import type { RevertedRun } from './readReverted';
import type { RevertDecision } from './revertDecisions';

/**
 * Writes down that a person takes a run back, and the run that does it. One that is
 * under way ends with that.
 *
 * @returns the id of that run; of an earlier one where this was asked before
 */
export async function writeRevert(
  tx: Knex.Transaction,
  reverted: RevertedRun,
  decision: RevertDecision,
  parts: NewRevert['parts'],
): Promise<{ runId: string; records: ChainRecord[] }> {
  const { id, by, comment, digest, rootCause } = decision;
  await lockBases(
    tx,
    await tx('effects').where({ run_id: id }).select('repository', 'base'),
  );
  await lockRun(tx, id);
  const meanwhile = await sameRevert(tx, decision);
  if (meanwhile) return { runId: meanwhile, records: [] };
  const ended = await endReverted(tx, reverted, by);
  const now = presentTime();
  const asked = { by, comment, parts };
  const attempt = await countReverts(tx, id);
  const run = await insertRevertRun(tx, reverted.run, asked, attempt, now);
  const cause = rootCause && { text: rootCause, by, at: now };
  await insertRevert(
    tx,
    {
      ...{ runId: run.id, ofRun: id, by, comment, digest },
      askedAt: now,
      ...(cause && { rootCause: cause }),
    },
    reverted.parts.map(({ effect }) => effect.changeKey),
  );
  if (cause) await appendTimeline(tx, [causeLine(run, cause)]);
  return {
    runId: run.id,
    records: [
      ...ended,
      {
        ...{ what: 'person', run: run.id, outcome: 'revert', of: id },
        ...{ by, comment, digest, ...(rootCause && { rootCause }) },
      },
    ],
  };
}

/** The same decision, made before: the run that it made. */
export async function sameRevert(
  knex: Knex,
  { id, by, digest }: RevertDecision,
): Promise<string | undefined> {
  const [revert] = await revertsOf(knex, [id]);
  if (!revert) return undefined;
  if (revert.by === by && revert.digest === digest) return revert.runId;
  throw new ConflictError(
    revert.done
      ? `${revert.by} took it back already: ${revert.comment}`
      : `${revert.by} is taking it back already: ${revert.comment}`,
  );
}

/** Two people take turns. */
async function lockRun(tx: Knex, id: string): Promise<void> {
  await tx('runs')
    .where({ id })
    .modify(query => {
      if (isPostgres(tx)) query.forUpdate();
    })
    .first('id');
}

async function countReverts(tx: Knex, id: string): Promise<number> {
  const [{ count }] = await tx('reverts')
    .where({ of_run: id })
    .count({ count: '*' });
  return Number(count);
}

export function causeLine(
  { id, eventUid }: { id: string; eventUid: string },
  { text, by, at }: { text: string; by: string; at: number },
): TimelineRow {
  return {
    kind: 'rootCauseStated',
    eventUid,
    runId: id,
    data: { by, text },
    at,
  };
}
