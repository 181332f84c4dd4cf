import type { Action } from '@gitops-events/plugin-gitops-events-node';
import {
  allSteps,
  parseDuration,
  type Sensor,
  type SensorStep,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Run } from '../store/runRow';
import type { StepLimits } from './advanceRun';
import { defaultRetry, type RetryPolicy } from './retryPolicy';

/** Steps of `onFailure` come behind the others once the run has failed. Those of a revert stand in its run alone. */
export function presentStep(run: Run, sensor: Sensor): SensorStep {
  const { id, action } = run.steps[run.step];
  if (run.scope.revert) return { id, action, input: {} };
  return allSteps(sensor).find(step => step.id === id)!;
}

/** How often and how long a step is tried: as its sensor says, else as its action does. */
export function limitsOf(
  { scope }: Run,
  { spec }: Sensor,
  step: SensorStep,
  action: Action<any> | undefined,
): StepLimits {
  const timeout = action?.timeout === 'never' ? undefined : action?.timeout;
  return {
    retry: retryOf(step),
    timeout: step.timeout ?? timeout,
    onFailure: scope.revert ? [] : (spec.onFailure ?? []),
  };
}

function retryOf(step: SensorStep): RetryPolicy {
  if (!step.retry) return defaultRetry;
  return {
    attempts: step.retry.attempts,
    backoffMs: parseDuration(step.retry.backoff),
    maxBackoffMs: parseDuration(step.retry.maxBackoff),
  };
}
