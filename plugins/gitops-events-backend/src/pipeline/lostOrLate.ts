import type { Action } from '@gitops-events/plugin-gitops-events-node';
import { timeLeft } from './advanceRun';
import { databaseNow } from './claimClock';
import { held, retryIsLate, type AttemptOutcome } from './retryPolicy';
import type { StepAttempt } from './stepContext';

/**
 * So often in a row a replica may end in the middle of a step. A replica that
 * is killed takes up to 128 claims with it, most of them of innocent steps; a
 * step that kills its replica is out of the way after these.
 */
const MAX_LOST_CLAIMS = 10;

/**
 * Why a step is not attempted once more.
 *
 * @param attempt - with its deadline on the monotonic clock
 */
export function lostOrLate(
  { run, step, limits, deadline }: StepAttempt & { deadline: number },
  action: Action<any>,
): AttemptOutcome | undefined {
  const record = run.steps[run.step];
  // Claims since the last one that came back: nobody saw their outcome.
  const lost = run.attempt - 1 - record.attempts;
  if (lost > 0 && action.safety === 'none') {
    return held(
      'mayHaveHappened',
      `${step.action} was under way when its replica stopped; it may have happened. Look, then release or discard.`,
    );
  }
  if (lost > MAX_LOST_CLAIMS) {
    return held(
      'lostClaims',
      'Its replica stopped in the middle of this step several times. Look at the logs, then release or discard.',
    );
  }
  const time = timeLeft(run, limits.timeout, databaseNow(run, deadline));
  return retryIsLate(record, lost, time?.leftMs)
    ? { outcome: 'retry', reason: record.reason! }
    : undefined;
}
