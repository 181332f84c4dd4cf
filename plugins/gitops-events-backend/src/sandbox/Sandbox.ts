import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  Json,
  SensorExplanation,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { RenderedTemplate, TemplateFile } from '../render/templates';
import { GroupCommit } from '../bus/groupCommit';
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
import { RestingSensors } from './RestingSensors';
import { overrun } from './overrun';
import { compact, portions } from './portions';
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
  private resting = new RestingSensors();
  private thread: Promise<Thread> | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private stopped = false;
  /** One a sensor, so that a slow template keeps no other's waiting. */
  private readonly steps = new Map<
    string,
    GroupCommit<StepToRender, RenderedStep>
  >();

  constructor(private readonly limits: ThreadLimits) {}

  /** Replaces the active set; the events of later calls are held against this one. */
  load(sensors: ActiveSensor[], generation: number): Promise<void> {
    return this.inTurn(async () => {
      this.active = sensors;
      this.generation = generation;
      this.resting = new RestingSensors();
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
  async renderStep(step: StepToRender): Promise<RenderedStep> {
    const { name } = step.sensor;
    let steps = this.steps.get(name);
    if (!steps) {
      steps = new GroupCommit({
        write: some => this.renderSteps(some.map(compacted)),
        batchSize: 200,
        maxWaiting: Infinity,
      });
      this.steps.set(name, steps);
    }
    const [rendered] = await steps.submit([step]);
    return rendered;
  }

  /** Asks one sensor about one event and looks into its filters. */
  explain(
    what: SensorToExplain,
  ): Promise<SensorExplanation | { reason: Reason }> {
    const event = compact(what.event);
    return this.single({ kind: 'explain', ...what, event }, what.sensor.name);
  }

  /** Resolves what a run is made of; the revision given need not be active. */
  resolveFiring(what: FiringToResolve): Promise<ResolvedFiring> {
    return this.single(
      { kind: 'resolveFiring', what: compacted(what) },
      what.sensor.name,
    );
  }

  /** Evaluates one expression; `event`, when given, becomes the variable of that name. */
  evaluateCel(
    expression: string,
    variables: Record<string, unknown>,
    event?: StoredEvent,
  ): Promise<{ value: Json } | { reason: Reason }> {
    return this.single(
      { kind: 'evaluateCel', expression, variables, event },
      'The expression',
    );
  }

  /** Renders template files; one that is wrong carries its error, an overrun is the reason for all. */
  renderTemplates(
    files: TemplateFile[],
    params: Record<string, unknown>,
  ): Promise<RenderedTemplate[] | { reason: Reason }> {
    return this.single(
      { kind: 'renderTemplates', files, params },
      'The template',
    );
  }

  /** Ends the thread after the call under way; later calls are refused. */
  async stop(): Promise<void> {
    await this.inTurn(async () => {
      this.stopped = true;
      await (await this.thread)?.stop();
    });
  }

  /** Those that came while the thread was busy go in one message; where that dies, each is tried alone. */
  private async renderSteps(steps: StepToRender[]): Promise<RenderedStep[]> {
    const rendered: RenderedStep[] = [];
    for (const portion of portions(steps, eventsOf)) {
      for (let some = portion; some.length > 0;) {
        const task = { kind: 'renderSteps' as const, steps: some };
        const answer = await this.inTurn(() => this.attempt(task));
        const told =
          'result' in answer ? answer.result : await this.renderEachStep(some);
        rendered.push(...told);
        some = some.slice(told.length);
      }
    }
    return rendered;
  }

  private async renderEachStep(steps: StepToRender[]): Promise<RenderedStep[]> {
    const rendered: RenderedStep[] = [];
    for (const step of steps) {
      const subject = `Step \`${step.stepId}\` of ${step.sensor.name}`;
      const answer = await this.twice(
        { kind: 'renderSteps', steps: [step] },
        subject,
      );
      rendered.push('reason' in answer ? answer : answer[0]);
    }
    return rendered;
  }

  private single<T extends Task>(
    task: T,
    subject: string,
  ): Promise<ResultOf<T> | { reason: Reason }> {
    return this.twice(task, subject);
  }

  /** Once more after a death: a machine that stood still for a moment is no fault of the task. */
  private async twice<T extends Task>(
    task: T,
    subject: string,
  ): Promise<ResultOf<T> | { reason: Reason }> {
    let answer = await this.inTurn(() => this.attempt(task));
    if ('death' in answer) answer = await this.inTurn(() => this.attempt(task));
    return 'death' in answer
      ? { reason: overrun(answer.death.cause, subject, this.limits) }
      : answer.result;
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

function eventsOf({ firing }: FiringToResolve): StoredEvent[] {
  return firing.map(({ event }) => event);
}

function compacted<T extends FiringToResolve>(what: T): T {
  const firing = what.firing.map(({ dependency, event }) => ({
    dependency,
    event: compact(event),
  }));
  return { ...what, firing };
}
