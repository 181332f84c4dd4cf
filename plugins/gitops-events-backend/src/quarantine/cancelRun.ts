import { ConflictError } from '@backstage/errors';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { isPostgres } from '../store/clock';
import { effectOf, type Effect } from '../store/effectRow';
import { readChange } from '../store/readChange';
import type { Run } from '../store/runRow';
import { askWriter } from '../store/saveChange';
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
  const effect = await unsealedOrMember(tx, run);
  if (effect?.state === 'member') {
    await askToCancel(tx, effect, what);
    return 'cancelAsked';
  }
  await moveRun(tx, run, { input: 'cancel' }, { reason: what.reason });
  const withdrawn = await withdraw(tx, effect, 'cancelled', 'Cancelled.');
  if (effect?.state === 'pending' && !withdrawn) throw moved();
  return 'cancelled';
}

/**
 * What is not sealed yet is locked, so that it is not sealed at this moment: what
 * follows may not be undone any more. A member is not, since whoever writes to its
 * change takes the change first.
 */
async function unsealedOrMember(
  tx: Knex,
  run: Run,
): Promise<Effect | undefined> {
  const effect = await effectOfStep(tx, run);
  return effect?.state === 'member'
    ? effect
    : effectOfStep(tx, run, { lock: true });
}

export async function effectOfStep(
  tx: Knex,
  run: Run,
  { lock = false } = {},
): Promise<Effect | undefined> {
  const row = await tx('effects')
    .where({ run_id: run.id, step_id: run.steps[run.step].id })
    .modify(query => {
      if (lock && isPostgres(tx)) query.forUpdate();
    })
    .first();
  return row && effectOf(row);
}

/**
 * What was not sealed yet never will be.
 *
 * @returns whether there was something
 */
export async function withdraw(
  tx: Knex,
  effect: Effect | undefined,
  outcome: 'discarded' | 'cancelled',
  message: string,
): Promise<boolean> {
  if (!effect) return false;
  const left = await tx('effects')
    .where({ effect_id: effect.effectId, state: 'pending' })
    .update({
      state: 'left',
      outcome: JSON.stringify({ outcome, reason: { code: outcome, message } }),
    });
  return left === 1;
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
  const asked = await askWriter(tx, {
    ...change,
    asked: { what: 'cancel', by: decision.by, comment: decision.comment },
  });
  if (!asked) throw moved();
}

function moved(): ConflictError {
  return new ConflictError('Its change moved meanwhile. Look again.');
}
