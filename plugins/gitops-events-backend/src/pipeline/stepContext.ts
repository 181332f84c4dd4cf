import type { ActionContext } from '@gitops-events/plugin-gitops-events-node';
import {
  parseDuration,
  type Sensor,
  type SensorStep,
} from '@gitops-events/plugin-gitops-events-sensors';
import { presentTime } from '../presentTime';
import type { Run } from '../store/runRow';
import type { StepLimits } from './advanceRun';
import { effectId } from './effectId';
import type { ResolvedRun } from './resolveRun';

/** A step of a run that is about to be taken. */
export interface StepAttempt extends ResolvedRun {
  sensor: Sensor;
  step: SensorStep;
  limits: StepLimits;
}

/** What an action gets to know of the run that it is a step of. */
export function contextOf(
  attempt: StepAttempt,
  signal: AbortSignal,
): ActionContext {
  const { run, sensor, step, limits } = attempt;
  const events = attempt.firing.map(({ event }) => event);
  const startedAt = run.stepStartedAt ?? presentTime();
  return {
    runId: run.id,
    stepId: step.id,
    effectId: effectId({
      events: events.map(({ uid }) => uid),
      sensor: run.sensor,
      stepId: step.id,
      changeKey: '',
      generation: run.generation,
    }),
    sensor: run.sensor,
    revision: run.revision,
    owner: sensor.metadata.owner,
    mode: run.mode,
    generation: run.generation,
    entityRef: run.entityRef,
    target: run.target,
    event: events[events.length - 1],
    events,
    params: run.scope.params ?? {},
    outputs: outputsOf(run),
    startedAt,
    ...(limits.timeout && {
      deadline: startedAt + parseDuration(limits.timeout),
    }),
    signal,
  };
}

function outputsOf(run: Run): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    run.steps.flatMap(({ id, output }) => (output ? [[id, output]] : [])),
  );
}
