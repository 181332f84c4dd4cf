import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  Sensor,
  SensorStep,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Sandbox } from '../sandbox';
import type { Run, RunScope } from '../store/runRow';

/** Fills a step's input in from the event, what firing told, and the outputs of earlier steps. */
export async function resolveInput(
  sandbox: Sandbox,
  what: {
    run: Run;
    sensor: Sensor;
    step: SensorStep;
    event: StoredEvent;
    outputs: Record<string, Record<string, unknown>>;
  },
): Promise<{ input: unknown } | { reason: Reason }> {
  const { run, sensor, step, event, outputs } = what;
  const scope = await scopeOf(sandbox, run, event);
  if ('reason' in scope) return scope;
  // Nothing to fill in: the thread, where other steps wait their turn, need not be asked.
  if (Object.keys(step.input).length === 0) return { input: {} };
  return sandbox.renderStep({
    sensor: { name: run.sensor, revision: run.revision, definition: sensor },
    stepId: step.id,
    event,
    scope: {
      dependency: scope.dependency,
      params: scope.params,
      run: { id: run.id, title: run.title, sensor: run.sensor },
      steps: Object.fromEntries(
        Object.entries(outputs).map(([id, output]) => [
          id,
          { outputs: output },
        ]),
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
