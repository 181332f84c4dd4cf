import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  Action,
  ActionContext,
  ActionOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import {
  parseDuration,
  type Sensor,
  type SensorStep,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { ChangeSync } from '../store/changeSyncs';
import type { Effect } from '../store/effectRow';
import type { Run } from '../store/runRow';
import type { TimelineRow } from '../timeline/append';
import { effectId } from './effectId';
import { defaultRetry, type RetryPolicy } from './retryPolicy';

/**
 * So often in a row a replica may end in the middle of a step. A replica that
 * is killed takes up to 128 claims with it, most of them of innocent steps; a
 * step that kills its replica is out of the way after these.
 */
const MAX_LOST_CLAIMS = 10;

/** Rows that belong into the transaction which records the outcome. */
export interface StepWrites {
  /** The run's place in order is filled in. */
  effects?: Array<Omit<Effect, 'runSeq'>>;
  syncs?: ChangeSync[];
  timeline?: TimelineRow[];
}

/** Built-in actions may hand over such rows. */
export type StepOutcome = ActionOutcome & { writes?: StepWrites };

/** What a step came to, with all that the retry policy asks. */
export interface StepResult {
  outcome: ActionOutcome;
  retry: RetryPolicy;
  writes?: StepWrites;
}

export interface StepRunner {
  /**
   * @param deadline - on the monotonic clock (`performance.now()`)
   * @param event - of the run, where it is at hand
   */
  attempt(run: Run, deadline: number, event?: StoredEvent): Promise<StepResult>;
}

export interface StepRunnerOptions {
  actions: ReadonlyMap<string, Action<any>>;
  readEvent(uid: string): Promise<StoredEvent | undefined>;
  /** The definition of a revision, whether active or not. */
  readSensor(name: string, revision: number): Promise<Sensor | undefined>;
  /** Fills a step's input in; its errors are the user's. */
  resolveInput(options: {
    run: Run;
    sensor: Sensor;
    step: SensorStep;
    event: StoredEvent;
    outputs: Record<string, Record<string, unknown>>;
  }): Promise<{ input: unknown } | { reason: Reason }>;
  /** Why this step may not be taken: boundary, target, entity. */
  refusal(run: Run, step: SensorStep, event: StoredEvent): Reason | undefined;
  logger: LoggerService;
}

/** Runs the present step of a run once. What the user got wrong is held; a thrown error means "try again". */
export function createStepRunner(options: StepRunnerOptions): StepRunner {
  return {
    async attempt(run, deadline, known) {
      const [sensor, event] = await Promise.all([
        options.readSensor(run.sensor, run.revision),
        known ?? options.readEvent(run.eventUid),
      ]);
      if (!sensor || !event) {
        return settled(
          held(
            'gone',
            'The event or the sensor revision of this run is no longer kept. Discard it.',
          ),
        );
      }
      const step = sensor.spec.steps[run.step];
      const retry = retryOf(step);
      const outcome = await outcomeOf({
        options,
        run,
        sensor,
        step,
        event,
        deadline,
      });
      const { writes, ...rest } = outcome;
      return {
        outcome: rest as ActionOutcome,
        retry,
        ...(writes && { writes }),
      };
    },
  };
}

async function outcomeOf(what: {
  options: StepRunnerOptions;
  run: Run;
  sensor: Sensor;
  step: SensorStep;
  event: StoredEvent;
  deadline: number;
}): Promise<StepOutcome> {
  const { options, run, sensor, step, event, deadline } = what;
  const action = options.actions.get(step.action);
  if (!action) {
    return held(
      'noAction',
      `There is no action ${step.action} here. Install its module, then release.`,
    );
  }
  // Claims since the last one that came back: nobody saw their outcome.
  const lost = run.attempt - 1 - run.steps[run.step].attempts;
  if (lost > 0 && action.safety === 'none') {
    return held(
      'mayHaveHappened',
      `${step.action} was under way when its replica stopped; it may have happened. Look, then release or discard.`,
    );
  }
  if (lost > MAX_LOST_CLAIMS) {
    return held(
      'lostClaims',
      'Its replica stopped in the middle of this step several times. Look at the logs, then release or discard.',
    );
  }
  const refusal = options.refusal(run, step, event);
  if (refusal) return { outcome: 'held', reason: refusal };

  const outputs = outputsOf(run);
  const signal = AbortSignal.timeout(
    Math.max(Math.floor(deadline - performance.now()), 0),
  );
  try {
    const resolved = await options.resolveInput({
      run,
      sensor,
      step,
      event,
      outputs,
    });
    if ('reason' in resolved)
      return { outcome: 'held', reason: resolved.reason };
    const parsed = action.input.safeParse(resolved.input);
    if (!parsed.success) {
      const { path, message } = parsed.error.issues[0];
      return held(
        'badInput',
        `Step ${step.id}: ${path.join('.')}: ${message}. Mend the sensor or the event, then release.`,
      );
    }
    return await action.run(
      contextOf({ run, sensor, step, event, outputs, signal }),
      parsed.data,
    );
  } catch (error) {
    options.logger.warn(`Run ${run.id}, step ${step.id}: ${error}`);
    return {
      outcome: 'retry',
      reason: {
        code: 'error',
        message: `${step.action} could not finish: ${(error as Error).message}`,
      },
    };
  }
}

function contextOf(what: {
  run: Run;
  sensor: Sensor;
  step: SensorStep;
  event: StoredEvent;
  outputs: Record<string, Record<string, unknown>>;
  signal: AbortSignal;
}): ActionContext {
  const { run, sensor, step, event, outputs, signal } = what;
  return {
    runId: run.id,
    stepId: step.id,
    effectId: effectId({
      events: [event],
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
    event,
    outputs,
    startedAt: run.steps[run.step].startedAt ?? Date.now(),
    signal,
  };
}

function outputsOf(run: Run): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    run.steps.flatMap(({ id, output }) => (output ? [[id, output]] : [])),
  );
}

function retryOf(step: SensorStep): RetryPolicy {
  if (!step.retry) return defaultRetry;
  return {
    attempts: step.retry.attempts,
    backoffMs: parseDuration(step.retry.backoff),
    maxBackoffMs: parseDuration(step.retry.maxBackoff),
  };
}

function held(code: string, message: string): ActionOutcome {
  return { outcome: 'held', reason: { code, message } };
}

function settled(outcome: ActionOutcome): StepResult {
  return { outcome, retry: defaultRetry };
}
