import { ConflictError } from '@backstage/errors';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { effectOf, type Effect } from '../store/effectRow';
import { readChange } from '../store/readChange';
import type { Run } from '../store/runRow';
import { saveChange } from '../store/saveChange';
import { moveRun } from './moveRun';

/**
 * Cancels a run. One that joined a change ends once its pull request is closed.
 *
 * @throws ConflictError when it is too late
 */
export async function cancelRun(
  tx: Knex.Transaction,
  run: Run,
  what: { by: string; comment?: string; reason: Reason },
): Promise<'cancelled' | 'cancelAsked'> {
  const effect = await effectOfStep(tx, run);
  if (effect?.state === 'member') {
    await askToCancel(tx, effect, what);
    return 'cancelAsked';
  }
  await moveRun(tx, run, { input: 'cancel' }, { reason: what.reason });
  await withdraw(tx, effect, 'cancelled', 'Cancelled.');
  return 'cancelled';
}

export async function effectOfStep(
  tx: Knex,
  run: Run,
): Promise<Effect | undefined> {
  const row = await tx('effects')
    .where({ run_id: run.id, step_id: run.steps[run.step].id })
    .first();
  return row && effectOf(row);
}

/** What was not sealed yet never will be. */
export async function withdraw(
  tx: Knex,
  effect: Effect | undefined,
  outcome: 'discarded' | 'cancelled',
  message: string,
): Promise<void> {
  if (!effect) return;
  await tx('effects')
    .where({ effect_id: effect.effectId, state: 'pending' })
    .update({
      state: 'left',
      outcome: JSON.stringify({ outcome, reason: { code: outcome, message } }),
    });
}

/** A run that joined a change is cancelled by closing the pull request, where it is alone in it. */
async function askToCancel(
  tx: Knex,
  effect: Effect,
  decision: { by: string; comment?: string },
): Promise<void> {
  const change = await readChange(tx, effect.changeId!);
  if (!change || change.state === 'ended') {
    throw new ConflictError('It is too late to cancel: its change has ended.');
  }
  const [{ count }] = await tx('effects')
    .where({ change_id: change.id, state: 'member' })
    .count({ count: '*' });
  if (Number(count) > 1) {
    throw new ConflictError(
      'Its change carries other runs as well and merges in a moment. Ask for the opposite change instead.',
    );
  }
  const saved = await saveChange(tx, {
    ...change,
    asked: { what: 'cancel', by: decision.by, comment: decision.comment },
    dueAt: Date.now(),
  });
  if (!saved)
    throw new ConflictError('Its change moved meanwhile. Look again.');
}
