import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Run } from '../store/runRow';

/** Which step failed, and why: what the steps of `onFailure` read as `run.failure`. */
export interface Failure {
  step: string;
  reason: Reason;
}

/** Why a run is at its `onFailure`; undefined while it is not. */
export function failureOf(
  run: Pick<Run, 'steps' | 'step'>,
): Failure | undefined {
  if (!run.steps[run.step]?.onFailure) return undefined;
  // A run goes on past each of its steps but the one that failed, which comes before those of onFailure.
  const failed = run.steps.find(step => step.state === 'failed')!;
  return { step: failed.id, reason: failed.reason! };
}

/** Why a run failed whose `onFailure` failed as well. */
export function bothReasons(failure: Failure, then: Failure): Reason {
  return {
    code: failure.reason.code,
    message: `${failure.reason.message} Its onFailure stopped at step ${then.step}: ${then.reason.message}`,
    detail: { failure, onFailure: then },
  };
}
