import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  Sensor,
  SensorStep,
  StepRendering,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Sandbox } from '../sandbox';
import type { Run, RunScope } from '../store/runRow';
import { failureOf } from './failure';

/** A step's input, or why it is skipped or held. */
export type ResolvedInput = StepRendering;

/** Asks a step's `if` and fills its input in from the event, what firing told, and the outputs of earlier steps. */
export async function resolveInput(
  sandbox: Sandbox,
  what: {
    run: Run;
    sensor: Sensor;
    step: SensorStep;
    event: StoredEvent;
  },
): Promise<ResolvedInput> {
  const { run, sensor, step, event } = what;
  const failure = failureOf(run);
  const scope = await scopeOf(sandbox, run, event);
  if ('reason' in scope) return scope;
  // Nothing to fill in: the thread, where other steps wait their turn, need not be asked.
  if (step.if === undefined && Object.keys(step.input).length === 0)
    return { input: {} };
  return sandbox.renderStep({
    sensor: { name: run.sensor, revision: run.revision, definition: sensor },
    stepId: step.id,
    event,
    scope: {
      dependency: scope.dependency,
      params: scope.params,
      run: {
        id: run.id,
        title: run.title,
        sensor: run.sensor,
        ...(failure && { failure }),
      },
      // A step that was skipped or gave nothing has no outputs, which has() can ask.
      steps: Object.fromEntries(
        run.steps
          .slice(0, run.step)
          .map(({ id, output = {} }) => [id, { outputs: output }]),
      ),
      target: run.target,
      entity: run.entityRef,
    },
  });
}

/** A run that was held because an expression failed when it fired is asked again, by the active revision. */
async function scopeOf(
  sandbox: Sandbox,
  run: Run,
  event: StoredEvent,
): Promise<RunScope | { reason: Reason }> {
  if (run.scope) return run.scope;
  const { events } = await sandbox.evaluate([event]);
  const answer = events[0].find(({ sensor }) => sensor === run.sensor);
  if (!answer) {
    return {
      reason: {
        code: 'noLongerListening',
        message: `${run.sensor} does not listen to this event any more. Discard this run.`,
      },
    };
  }
  const { evaluation } = answer;
  return evaluation.result === 'matched'
    ? {
        dependency: evaluation.dependency,
        params: evaluation.params,
        context: evaluation.context,
      }
    : { reason: evaluation.reason };
}
