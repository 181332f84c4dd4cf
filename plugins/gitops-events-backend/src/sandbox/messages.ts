import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  Evaluation,
  FiringScope,
  Json,
  Sensor,
  SensorExplanation,
  StepRendering,
  StepScope,
} from '@gitops-events/plugin-gitops-events-sensors';

import type { RenderedTemplate, TemplateFile } from '../render/templates';

/** A sensor as the active set holds it. */
export interface ActiveSensor {
  name: string;
  revision: number;
  definition: Sensor;
}

/** What one sensor said to one event. */
export interface SensorEvaluation {
  sensor: string;
  revision: number;
  evaluation: Evaluation;
}

/** Answers to a batch, with the generation of the active set that gave them. */
export interface BatchEvaluation {
  generation: number;
  /** One list an event, in the order given: the sensors whose type and ingress fit it. */
  events: SensorEvaluation[][];
}

/** An event of a run, by the dependency it counts for. */
export interface FiredEvent {
  dependency: string;
  event: StoredEvent;
}

/** The events of a run, in the order they came. The revision need not be active. */
export interface FiringToResolve {
  sensor: ActiveSensor;
  firing: FiredEvent[];
}

/** A step to render. */
export interface StepToRender extends FiringToResolve {
  stepId: string;
  scope: StepScope;
}

/** What a run is made of, or why it cannot be told. */
export type ResolvedFiring = { scope: FiringScope } | { reason: Reason };

/** The input of a step, or why there is none. */
export type RenderedStep = StepRendering;

/** A sensor, which need not be active, and an event to explain its answer about. */
export interface SensorToExplain {
  sensor: ActiveSensor;
  event: StoredEvent;
}

/** Work for the thread, one at a time. */
export type Task =
  | { kind: 'load'; sensors: ActiveSensor[] }
  | EvaluateTask
  | { kind: 'resolveFiring'; what: FiringToResolve }
  | { kind: 'renderSteps'; steps: StepToRender[] }
  | ({ kind: 'explain' } & SensorToExplain)
  | {
      kind: 'renderTemplates';
      files: TemplateFile[];
      params: Record<string, unknown>;
    }
  | {
      kind: 'evaluateCel';
      expression: string;
      variables: Record<string, unknown>;
      event?: StoredEvent;
    }
  | {
      kind: 'evaluateMap';
      expressions: Record<string, string | undefined>;
      variables: Record<string, unknown>;
    };

/** Sensors are named by their place in the loaded list: 10,000 names a message would cost more than the filters. */
export interface EvaluateTask {
  kind: 'evaluate';
  events: StoredEvent[];
  /** Only this sensor, to find out whether it is the culprit. */
  only?: number;
  /** Not evaluated, because their answer is known: by place of event, places of sensors. */
  skip: ReadonlyMap<number, ReadonlySet<number>>;
  /** Not evaluated, because they overran too often: place of the sensor, and of the first event it is not asked about. */
  resting: ReadonlyMap<number, number>;
  /** Their payload could not be read within the limits. */
  unreadable: ReadonlySet<number>;
}

/**
 * By event: place of the sensor and its answer; no answer where it was told not
 * to evaluate. Of the first events where the time of a turn did not suffice for all.
 */
export type EvaluateResult = Array<Array<[number, Evaluation | undefined]>>;

/** What each kind of task answers. */
export interface Results {
  load: undefined;
  evaluate: EvaluateResult;
  resolveFiring: ResolvedFiring;
  /** Of the first steps, likewise. */
  renderSteps: RenderedStep[];
  explain: SensorExplanation;
  renderTemplates: RenderedTemplate[] | { reason: Reason };
  evaluateCel: { value: Json } | { reason: Reason };
  /** By the names of the expressions. */
  evaluateMap: { values: Record<string, Json> } | { reason: Reason };
}

export type ResultOf<T extends Task> = Results[T['kind']];

/** From the thread: the result, or an error of ours. */
export type Answer = { result: unknown } | { error: string };
