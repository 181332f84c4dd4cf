import { ConflictError } from '@backstage/errors';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { moveRun } from '../quarantine/moveRun';
import type { ChainRecord } from '../store/chain';
import { readMergedEffects } from '../store/readMergedEffects';
import { readRun } from '../store/readRun';
import type { RevertedRun } from './readReverted';

export const staleRevert =
  'The files have changed since you looked. Look at what it would write now, then decide.';

/**
 * Ends the run that is taken back, where it is still under way, in the transaction
 * that has its bases and its row locked: so what it has merged is what was seen, and
 * what it has asked for besides is not sealed any more.
 *
 * @throws ConflictError where it has merged more since, or may at this moment
 */
export async function endReverted(
  tx: Knex.Transaction,
  { run: { id }, parts }: RevertedRun,
  by: string,
): Promise<ChainRecord[]> {
  const run = (await readRun(tx, id))!;
  const reason = { code: 'takenBack', message: `Taken back by ${by}.` };
  // First of all: one that is being sealed at this moment is then found to be on its way.
  if (!run.end) await leavePending(tx, id, reason);
  const seen = parts.map(({ effect }) => effect.effectId);
  const merged = await readMergedEffects(tx, run);
  if (merged.map(({ effect }) => effect.effectId).join() !== seen.join()) {
    throw new ConflictError(staleRevert);
  }
  if (run.end) return [];
  await moveRun(tx, run, { input: 'cancel' }, { reason });
  return [{ what: 'person', run: id, outcome: 'cancelled', by }];
}

/** What a run has asked for and nobody has sealed is not sealed any more. */
async function leavePending(
  tx: Knex,
  runId: string,
  reason: Reason,
): Promise<void> {
  await tx('effects')
    .where({ run_id: runId })
    .whereIn('state', ['behind', 'pending'])
    .update({
      state: 'left',
      outcome: JSON.stringify({ outcome: 'cancelled', reason }),
    });
}
