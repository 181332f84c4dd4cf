import type { Action } from '@gitops-events/plugin-gitops-events-node';
import type { Restore } from '../store/restores';
import type { Run } from '../store/runRow';
import { held, type AttemptOutcome } from './retryPolicy';
import type { StepAttempt } from './stepContext';

/** Why nobody knows whether a step has happened. */
export const MAY_HAVE_HAPPENED = 'mayHaveHappened';

/**
 * Why a step is not taken by itself in a database that came from a backup: an
 * event of the time before may have led to it already, and nothing would keep it
 * from happening twice. What a person released goes on. Pure.
 */
export function doneBefore(
  { run, step, firing }: Pick<StepAttempt, 'run' | 'step' | 'firing'>,
  { safety }: Pick<Action<any>, 'safety'>,
  restore: Restore | undefined,
): AttemptOutcome | undefined {
  const { acceptedAt } = firing[firing.length - 1].event;
  const isOfBefore = restore !== undefined && acceptedAt <= restore.at;
  if (safety !== 'none' || !isOfBefore) return undefined;
  const { released } = run.steps[run.step];
  return released?.code === MAY_HAVE_HAPPENED && released.at > restore.at
    ? undefined
    : held(
        MAY_HAVE_HAPPENED,
        `The database came from a backup; ${step.action} may have happened since that was made. Look, then release or discard.`,
      );
}

/** The steps of a run that a person releases: the present one keeps what that answered. Pure. */
export function releasedSteps(
  { steps, step, reason }: Pick<Run, 'steps' | 'step' | 'reason'>,
  now: number,
): Run['steps'] {
  return steps.map((record, index) =>
    index === step && reason
      ? { ...record, released: { code: reason.code, at: now } }
      : record,
  );
}
