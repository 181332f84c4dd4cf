import type {
  Sensor,
  SensorStep,
  StepRendering,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { FiredEvent, Sandbox, StepToRender } from '../sandbox';
import type { Run } from '../store/runRow';
import { failureOf } from './failure';

/** A step's input, or why it is skipped or held. */
export type ResolvedInput = StepRendering;

/** Asks a step's `if` and fills its input in from the events, what firing told, and the outputs of earlier steps. */
export async function resolveInput(
  sandbox: Pick<Sandbox, 'renderStep'>,
  what: {
    run: Run;
    sensor: Sensor;
    step: SensorStep;
    firing: FiredEvent[];
    /** Aborted when nobody waits for the input any more. */
    signal?: AbortSignal;
  },
): Promise<ResolvedInput> {
  const { run, sensor, step, firing, signal } = what;
  const failure = failureOf(run);
  // Nothing to fill in: the thread, where other steps wait their turn, need not be asked.
  if (step.if === undefined && Object.keys(step.input).length === 0)
    return { input: {} };
  const asked: StepToRender = {
    sensor: { name: run.sensor, revision: run.revision, definition: sensor },
    stepId: step.id,
    firing,
    scope: {
      params: run.scope.params ?? {},
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
  };
  return sandbox.renderStep(asked, signal);
}
