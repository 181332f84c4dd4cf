import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import {
  bindEvent,
  buildIndex,
  compileSensor,
  createEvaluator,
  evaluate,
  explainSensor,
  evaluateFiring,
  RecentMap,
  renderStep,
  type BoundEvent,
  type CompiledSensor,
  type Evaluation,
  type FiringEvent,
  type Json,
} from '@gitops-events/plugin-gitops-events-sensors';
import { renderTemplates } from '../render/templates';
import type {
  ActiveSensor,
  EvaluateResult,
  EvaluateTask,
  FiredEvent,
  ResultOf,
  Task,
} from './messages';
import type { Progress } from './progress';

/** Sensors kept planned, about 20 KiB each: the heap of this thread must hold them beside its work. */
const keptSensors = 1000;
const keptExpressions = 500;
/**
 * Milliseconds after which a message is answered as far as it got; the rest
 * comes again. What others ask meanwhile waits no longer than that, or than one expression.
 */
const turnMs = 50;

type Placed = ActiveSensor & { place: number };

/**
 * Does the work inside the thread. Everything here is pure but for what it
 * keeps planned, so a thread that died is replaced by loading again.
 */
export function createRoom(progress: Progress) {
  let index = buildIndex<Placed>([]);
  const compiled = new RecentMap<CompiledSensor>(keptSensors);
  const evaluator = createEvaluator({ size: keptExpressions });

  function load(sensors: ActiveSensor[]): void {
    index = buildIndex(sensors.map((sensor, place) => ({ ...sensor, place })));
    compiled.clear();
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
    let bound: BoundEvent;
    try {
      bound = bindEvent(event);
    } catch (error) {
      const reason = unforeseen('Reading the event', error);
      return Array.from(found, ({ place }) => [
        place,
        { result: 'error', reason },
      ]);
    }
    return Array.from(found, (sensor): [number, Evaluation | undefined] => {
      const { place } = sensor;
      const told =
        at >= (task.resting.get(place) ?? Infinity) ||
        task.skip.get(at)?.has(place) ||
        (task.only !== undefined && task.only !== place);
      if (told) return [place, undefined];
      progress.begin(at, place);
      return [place, ask(sensor, bound)];
    });
  }

  /** What fails in a way that nobody foresaw is held like any other error: thrown, it would stop all events behind it. */
  function ask(sensor: ActiveSensor, bound: BoundEvent): Evaluation {
    try {
      return evaluate(compile(sensor), bound);
    } catch (error) {
      return { result: 'error', reason: unforeseen(sensor.name, error) };
    }
  }

  function compile({ name, revision, definition }: ActiveSensor) {
    return compiled.get(`${name}\n${revision}`, () =>
      compileSensor(definition),
    );
  }

  function evaluateMap(
    expressions: Record<string, string | undefined>,
    variables: Record<string, unknown>,
  ): ResultOf<Extract<Task, { kind: 'evaluateMap' }>> {
    const values: Record<string, Json> = {};
    for (const [name, expression] of Object.entries(expressions)) {
      if (expression === undefined) continue;
      const outcome = evaluator(expression, variables);
      if ('reason' in outcome) return outcome;
      values[name] = outcome.value;
    }
    return { values };
  }

  return (task: Task): unknown => {
    progress.begin(-1, -1);
    switch (task.kind) {
      case 'load':
        return load(task.sensors);
      case 'evaluate': {
        const result = asFarAsTimeGoes(task.events, (event, at) =>
          evaluateEvent(event, at, task),
        );
        progress.begin(-1, -1);
        return result;
      }
      case 'renderSteps':
        return asFarAsTimeGoes(
          task.steps,
          ({ sensor, stepId, firing, scope }, at) => {
            progress.begin(at, -1);
            return renderStep(compile(sensor), stepId, bind(firing), scope);
          },
        );
      case 'explain':
        return explainSensor(compile(task.sensor), bindEvent(task.event));
      case 'resolveFiring': {
        const { sensor, firing } = task.what;
        return evaluateFiring(compile(sensor), bind(firing));
      }
      case 'evaluateCel': {
        const { expression, variables, event } = task;
        return evaluator(expression, variables, event && bindEvent(event));
      }
      case 'evaluateMap':
        return evaluateMap(task.expressions, task.variables);
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

/** At least the first one. */
function asFarAsTimeGoes<T, R>(
  items: T[],
  work: (item: T, at: number) => R,
): R[] {
  const end = performance.now() + turnMs;
  const results: R[] = [];
  for (const [at, item] of items.entries()) {
    if (at > 0 && performance.now() > end) break;
    results.push(work(item, at));
  }
  return results;
}

function bind(firing: FiredEvent[]): FiringEvent[] {
  return firing.map(({ dependency, event }) => ({
    dependency,
    event: bindEvent(event),
  }));
}

function unforeseen(subject: string, error: unknown): Reason {
  const { message } = error as Error;
  return { code: 'expression', message: `${subject} failed: ${message}.` };
}
