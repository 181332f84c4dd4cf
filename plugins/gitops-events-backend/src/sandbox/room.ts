import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import {
  bindEvent,
  buildIndex,
  compileSensor,
  createEvaluator,
  evaluate,
  renderStep,
  type CompiledSensor,
  type Evaluation,
} from '@gitops-events/plugin-gitops-events-sensors';
import { renderTemplates } from '../render/templates';
import type {
  ActiveSensor,
  EvaluateResult,
  EvaluateTask,
  Task,
} from './messages';
import type { Progress } from './progress';

/** Revisions and expressions kept planned beside the active set. */
const kept = 500;

/** An active sensor by its place; planned when its first event comes. */
interface Placed {
  definition: ActiveSensor['definition'];
  place: number;
  compiled?: CompiledSensor;
}

/**
 * Does the work inside the thread. Everything here is pure but for what it
 * keeps planned, so a thread that died is replaced by loading again.
 */
export function createRoom(progress: Progress) {
  let index = buildIndex<Placed>([]);
  const revisions = new Map<string, CompiledSensor>();
  const evaluator = createEvaluator({ size: kept });

  function load(sensors: ActiveSensor[]): void {
    index = buildIndex(
      sensors.map(({ definition }, place) => ({ definition, place })),
    );
  }

  function evaluateEvent(
    event: StoredEvent,
    at: number,
    task: EvaluateTask,
  ): EvaluateResult[number] {
    const found = new Set(
      index.candidates(event).map(candidate => candidate.sensor),
    );
    if (task.unreadable.has(at) || found.size === 0) {
      return Array.from(found, ({ place }) => [place, undefined]);
    }
    progress.begin(at, -1);
    const bound = bindEvent(event);
    return Array.from(found, (sensor): [number, Evaluation | undefined] => {
      const { place, definition } = sensor;
      const told =
        task.resting.has(place) ||
        task.skip.get(at)?.has(place) ||
        (task.only !== undefined && task.only !== place);
      if (told) return [place, undefined];
      progress.begin(at, place);
      sensor.compiled ??= compileSensor(definition);
      return [place, evaluate(sensor.compiled, bound)];
    });
  }

  function compiledRevision(sensor: ActiveSensor): CompiledSensor {
    const key = `${sensor.name}\n${sensor.revision}`;
    const compiled = revisions.get(key) ?? compileSensor(sensor.definition);
    revisions.delete(key);
    revisions.set(key, compiled);
    if (revisions.size > kept) revisions.delete(revisions.keys().next().value!);
    return compiled;
  }

  return (task: Task): unknown => {
    progress.begin(-1, -1);
    switch (task.kind) {
      case 'load':
        return load(task.sensors);
      case 'evaluate': {
        const result = task.events.map((event, at) =>
          evaluateEvent(event, at, task),
        );
        progress.begin(-1, -1);
        return result;
      }
      case 'renderStep': {
        const { sensor, stepId, event, scope } = task;
        return renderStep(
          compiledRevision(sensor),
          stepId,
          bindEvent(event),
          scope,
        );
      }
      case 'evaluateCel': {
        const { expression, variables, event } = task;
        return evaluator(expression, variables, event && bindEvent(event));
      }
      case 'renderTemplates':
        return task.files.flatMap(file => {
          progress.begin(-1, -1);
          return renderTemplates([file], task.params);
        });
      default:
        throw new Error(`unknown task ${(task as Task).kind}`);
    }
  };
}
