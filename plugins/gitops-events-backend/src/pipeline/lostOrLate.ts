import type { Action } from '@gitops-events/plugin-gitops-events-node';
import { timeLeft } from './advanceRun';
import { databaseNow } from './claimClock';
import { MAY_HAVE_HAPPENED } from './doneBefore';
import { lostClaims } from './suspects';
import { held, retryIsLate, type AttemptOutcome } from './retryPolicy';
import type { StepAttempt } from './stepContext';

/**
 * So often in a row a replica may end in the middle of a step. One that kills
 * its replica is out of the way after these.
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
  const lost = lostClaims(run);
  if (lost > 0 && action.safety === 'none') {
    return held(
      MAY_HAVE_HAPPENED,
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
