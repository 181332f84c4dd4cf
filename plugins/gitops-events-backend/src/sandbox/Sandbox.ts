import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  Json,
  SensorExplanation,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { RenderedTemplate, TemplateFile } from '../render/templates';
import { evaluateBatch } from './evaluateBatch';
import type {
  ActiveSensor,
  BatchEvaluation,
  FiringToResolve,
  RenderedStep,
  ResolvedFiring,
  ResultOf,
  SensorToExplain,
  StepToRender,
  Task,
} from './messages';
import { rested, RestingSensors, type SensorRevision } from './RestingSensors';
import { overrun } from './overrun';
import { compact } from './portions';
import { compacted, StepQueue } from './StepQueue';
import { Thread, type Death, type ThreadLimits } from './Thread';

/** The active set is another one than at the beginning of a batch: it is asked anew, so that one set answers all of it. */
class OtherSensors extends Error {}

/**
 * Runs what users wrote (expressions, templates) in one worker thread with a
 * deadline and a heap of its own. An overrun ends the thread and a new one
 * takes its place; messages wait their turn here, so none of them is lost with
 * it. A message is short, or answered in part: what takes long takes turns with
 * what others ask.
 *
 * Nothing runs before the first call.
 */
export class Sandbox {
  private active: ActiveSensor[] = [];
  private generation = 0;
  private readonly resting = new RestingSensors();
  private thread: Promise<Thread> | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private stopped = false;
  /** One a sensor, so that a slow template keeps no other's waiting. */
  private readonly steps = new Map<string, StepQueue>();

  constructor(private readonly limits: ThreadLimits) {}

  /** Replaces the active set; the events of later calls are held against this one. */
  load(sensors: ActiveSensor[], generation: number): Promise<void> {
    return this.inTurn(async () => {
      this.active = sensors;
      this.generation = generation;
      // A thread that is not there yet loads them when it starts.
      if (this.thread) await this.attempt({ kind: 'load', sensors });
    });
  }

  /**
   * Asks the sensors whose type and ingress fit each event. Never fails because
   * of a sensor or an event: what overran gets an error as its answer.
   */
  async evaluate(events: StoredEvent[]): Promise<BatchEvaluation> {
    for (;;) {
      const { generation, active, resting, limits } = this;
      try {
        const answers = await evaluateBatch({
          events,
          active,
          resting,
          limits,
          attempt: task =>
            this.inTurn(async () => {
              if (this.active !== active) throw new OtherSensors();
              return this.attempt(task);
            }),
        });
        return { generation, events: answers };
      } catch (error) {
        if (!(error instanceof OtherSensors)) throw error;
      }
    }
  }

  /** Resolves the input of a step; the revision given need not be active. */
  async renderStep(
    step: StepToRender,
    signal?: AbortSignal,
  ): Promise<RenderedStep> {
    const { name } = step.sensor;
    let queue = this.steps.get(name);
    if (!queue) {
      queue = new StepQueue({
        attempt: steps =>
          this.inTurn(() => this.attempt({ kind: 'renderSteps', steps })),
        resting: this.resting,
        limits: this.limits,
      });
      this.steps.set(name, queue);
    }
    return queue.submit(step, signal);
  }

  /** Asks one sensor about one event and looks into its filters. */
  explain(
    what: SensorToExplain,
  ): Promise<SensorExplanation | { reason: Reason }> {
    const event = compact(what.event);
    const { sensor } = what;
    return this.single(
      { kind: 'explain', ...what, event },
      { subject: sensor.name, sensor },
    );
  }

  /** Resolves what a run is made of; the revision given need not be active. */
  resolveFiring(
    what: FiringToResolve,
    signal?: AbortSignal,
  ): Promise<ResolvedFiring> {
    const { sensor } = what;
    return this.single(
      { kind: 'resolveFiring', what: compacted(what) },
      { subject: sensor.name, sensor, signal },
    );
  }

  /**
   * Evaluates one expression; `event`, when given, becomes the variable of that name.
   *
   * @param sensor - whose expression it is, where it is one's
   */
  evaluateCel(
    expression: string,
    variables: Record<string, unknown>,
    event?: StoredEvent,
    sensor?: SensorRevision,
  ): Promise<{ value: Json } | { reason: Reason }> {
    return this.single(
      { kind: 'evaluateCel', expression, variables, event },
      { subject: 'The expression', sensor },
    );
  }

  /** Evaluates expressions on the same variables; the first that fails is the reason. */
  evaluateMap(
    expressions: Record<string, string | undefined>,
    variables: Record<string, unknown>,
  ): Promise<{ values: Record<string, Json> } | { reason: Reason }> {
    return this.single(
      { kind: 'evaluateMap', expressions, variables },
      { subject: 'The map' },
    );
  }

  /** Renders template files; one that is wrong carries its error, an overrun is the reason for all. */
  renderTemplates(
    files: TemplateFile[],
    params: Record<string, unknown>,
    sensor?: SensorRevision,
  ): Promise<RenderedTemplate[] | { reason: Reason }> {
    return this.single(
      { kind: 'renderTemplates', files, params },
      { subject: 'The template', sensor },
    );
  }

  /** Ends the thread after the call under way; later calls are refused. */
  async stop(): Promise<void> {
    await this.inTurn(async () => {
      this.stopped = true;
      await (await this.thread)?.stop();
    });
  }

  /** What rested is asked again: what is loaded next may be something else under the same revision. */
  forgetOverruns(): void {
    this.resting.clear();
  }

  /** Once more after a death: a machine that stood still for a moment is no fault of the task. */
  private async single<T extends Task>(
    task: T,
    of: { subject: string; sensor?: SensorRevision; signal?: AbortSignal },
  ): Promise<ResultOf<T> | { reason: Reason }> {
    const { subject, sensor, signal } = of;
    const attempt = () =>
      this.inTurn(async () => {
        signal?.throwIfAborted();
        if (sensor && this.resting.has(sensor)) {
          return { result: { reason: rested(sensor) } };
        }
        return this.attempt(task);
      });
    let answer = await attempt();
    if ('death' in answer) answer = await attempt();
    if ('result' in answer) return answer.result;
    if (sensor) this.resting.add(sensor);
    return { reason: overrun(answer.death.cause, subject, this.limits) };
  }

  private async attempt<T extends Task>(
    task: T,
  ): Promise<{ result: ResultOf<T> } | { death: Death }> {
    this.thread ??= this.startThread();
    const started = this.thread;
    try {
      const answer = await (await started).run(task);
      if ('death' in answer) this.thread = undefined;
      return answer;
    } catch (error) {
      // Nobody knows what state it is in.
      this.thread = undefined;
      started.then(thread => thread.stop()).catch(() => {});
      throw error;
    }
  }

  private async startThread(): Promise<Thread> {
    const thread = await Thread.start(this.limits);
    await thread.run({ kind: 'load', sensors: this.active });
    return thread;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(() => {
      if (this.stopped) throw new Error('The sandbox is stopped');
      return work();
    });
    this.turn = result.catch(() => {});
    return result;
  }
}
