import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  Reason,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  Action,
  ActionOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import {
  sameLanding,
  type Sensor,
  type SensorStep,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { FiredEvent } from '../sandbox';
import { fillSecrets } from '../secrets/fillSecrets';
import type { Secrets } from '../secrets/secrets';
import { withoutSecrets } from '../secrets/withoutSecrets';
import type { ChangeSync } from '../store/changeSyncs';
import type { Effect } from '../store/effectRow';
import type { Observed } from '../store/observed';
import type { Restore } from '../store/restores';
import type { Run } from '../store/runRow';
import { shownFailure, shownReason } from '../shownFailure';
import { findStop } from '../stop/findStop';
import { stoppedStep } from '../stop/waitsForStop';
import type { Stop } from '../store/stops';
import type { TimelineRow } from '../timeline/append';
import type { StepLimits } from './advanceRun';
import { ClaimEnded, whileClaimed } from './claimEnded';
import { lostOrLate } from './lostOrLate';
import { doneBefore } from './doneBefore';
import { limitsOf, presentStep } from './presentStep';
import type { ResolvedInput } from './resolveInput';
import type { ResolvedRun } from './resolveRun';
import {
  defaultRetry,
  held,
  type AttemptOutcome,
  type Uncounted,
} from './retryPolicy';
import { contextOf, type StepAttempt } from './stepContext';

/** Rows that belong into the transaction which records the outcome. */
export interface StepWrites {
  /** The run's place in order is filled in, and whether it is urgent. */
  effects?: Array<Omit<Effect, 'runSeq' | 'urgent'>>;
  /** Ids of effects that stood behind another one and may be sealed from now on. */
  begins?: string[];
  syncs?: ChangeSync[];
  /** Not written: syncs that were open when the step looked, for which it waits. */
  awaited?: ChangeSync[];
  observed?: Observed[];
  timeline?: TimelineRow[];
}

/** Built-in actions may hand over such rows. */
export type StepOutcome = ActionOutcome & Uncounted & { writes?: StepWrites };

/** What a step came to, with all that the retry policy asks. */
export interface StepResult {
  outcome: AttemptOutcome;
  limits: StepLimits;
  /** The run, where this step was the first to tell what it is made of. */
  run?: Run;
  writes?: StepWrites;
}

export interface StepRunner {
  /**
   * @param deadline - on the monotonic clock (`performance.now()`)
   * @param known - events at hand, by uid
   * @throws ClaimEnded when it came to the deadline before its action was called
   */
  attempt(
    run: Run,
    deadline: number,
    known?: ReadonlyMap<string, StoredEvent>,
  ): Promise<StepResult>;
}

export interface StepRunnerOptions {
  actions: ReadonlyMap<string, Action<any>>;
  readEvent(uid: string): Promise<StoredEvent | undefined>;
  /** The definition of a revision, whether active or not. */
  readSensor(name: string, revision: number): Promise<Sensor | undefined>;
  /** Tells what a run is made of, where that is not told yet. */
  resolveRun(what: {
    run: Run;
    sensor: Sensor;
    events: StoredEvent[];
    signal: AbortSignal;
  }): Promise<ResolvedRun | { reason: Reason }>;
  /** Fills a step's input in; its errors are the user's. */
  resolveInput(options: {
    run: Run;
    sensor: Sensor;
    step: SensorStep;
    firing: FiredEvent[];
    signal: AbortSignal;
  }): Promise<ResolvedInput>;
  /** Why this step may not be taken: boundary, target, entity. */
  refusal(
    run: Run,
    step: SensorStep,
    events: StoredEvent[],
  ): Reason | undefined;
  /** Stops in force, as they are now. */
  readStops(): Promise<Stop[]>;
  /** When the database was restored from a backup, where it was. Without it, it never was. */
  readRestore?(): Promise<Restore | undefined>;
  /** What inputs refer to; without it there are none. */
  secrets?: Secrets;
  logger: LoggerService;
}

/** Runs the present step of a run once. What the user got wrong is held; a thrown error means "try again". */
export function createStepRunner(options: StepRunnerOptions): StepRunner {
  return {
    async attempt(run, deadline, known) {
      const leftMs = Math.floor(deadline - performance.now());
      const signal = AbortSignal.timeout(Math.max(leftMs, 0));
      const [sensor, ...found] = await Promise.all([
        options.readSensor(run.sensor, run.revision),
        ...run.scope.events.map(
          ({ uid }) => known?.get(uid) ?? options.readEvent(uid),
        ),
      ]);
      const events = found.filter(event => event !== undefined);
      if (!sensor || events.length < found.length) {
        return settled(
          held(
            'gone',
            'An event or the sensor revision of this run is no longer kept. Discard it.',
          ),
        );
      }
      const told = await whileClaimed(signal, () =>
        options.resolveRun({ run, sensor, events, signal }),
      );
      if ('reason' in told) {
        return settled({ outcome: 'held', reason: told.reason });
      }
      const step = presentStep(run, sensor);
      const action = options.actions.get(step.action);
      const limits = limitsOf(run, sensor, step, action);
      const { writes, ...outcome } = await outcomeOf({
        options,
        ...told,
        sensor,
        step,
        action,
        limits,
        deadline,
        signal,
      });
      return {
        outcome: shownOutcome(outcome as AttemptOutcome),
        limits,
        ...(told.run !== run && { run: told.run }),
        ...(writes && { writes }),
      };
    },
  };
}

interface Attempt extends StepAttempt {
  options: StepRunnerOptions;
  action: Action<any> | undefined;
  deadline: number;
  /** Aborted at the deadline. */
  signal: AbortSignal;
}

async function outcomeOf(
  attempt: Attempt,
): Promise<AttemptOutcome & { writes?: StepWrites }> {
  const { options, run, step, action, firing } = attempt;
  if (!action) {
    return held(
      'noAction',
      `There is no action ${step.action} here. Install its module, then release.`,
    );
  }
  const stopped = lostOrLate(attempt, action);
  if (stopped) return stopped;
  const events = firing.map(({ event }) => event);
  const refusal = options.refusal(run, step, events);
  if (refusal) return { outcome: 'held', reason: refusal };
  if (run.mode === 'observe' && !action.observes) {
    const message = `${step.action} is not taken in mode observe.`;
    return { outcome: 'skipped', reason: { code: 'observe', message } };
  }
  try {
    return await act(attempt, action);
  } catch (error) {
    if (error instanceof ClaimEnded) throw error;
    const place = `Run ${run.id}, step ${step.id}`;
    options.logger.warn(`${place}: ${error}`);
    return {
      outcome: 'retry',
      reason: {
        code: 'error',
        message: `${step.action} could not finish: ${shownFailure(error, place)}`,
      },
    };
  }
}

function shownOutcome(outcome: AttemptOutcome): AttemptOutcome {
  return 'reason' in outcome && outcome.reason
    ? { ...outcome, reason: shownReason(outcome.reason) }
    : outcome;
}

async function act(
  attempt: Attempt,
  action: Action<any>,
): Promise<AttemptOutcome & { writes?: StepWrites }> {
  const { options, run, sensor, step, firing, deadline, signal } = attempt;
  const resolved = await whileClaimed(signal, () =>
    options.resolveInput({ run, sensor, step, firing, signal }),
  );
  if ('skipped' in resolved) {
    return { outcome: 'skipped', reason: resolved.skipped };
  }
  if ('reason' in resolved) return { outcome: 'held', reason: resolved.reason };
  const same = await landsAsEver(attempt, resolved.input);
  if (same) return { outcome: 'held', reason: same };
  const { secrets } = options;
  const filled = fillSecrets({ step, action, input: resolved.input, secrets });
  if ('reason' in filled) return { outcome: 'held', reason: filled.reason };
  return withoutSecrets(filled.values, async () => {
    const parsed = action.input.safeParse(filled.input);
    if (parsed.success) {
      const stop = await stopOf(attempt, action);
      if (stop) return stoppedStep(stop);
      const done = doneBefore(
        attempt,
        action,
        await restoreOf(attempt, action),
      );
      if (done) return done;
      // Somebody else may have it by now.
      if (performance.now() >= deadline) throw new ClaimEnded();
      return action.run(contextOf(attempt, signal), parsed.data);
    }
    const { path, message } = parsed.error.issues[0];
    return held(
      'badInput',
      `Step ${step.id}: ${path.join('.')}: ${message}. Mend the sensor or the event, then release.`,
    );
  });
}

/** Why a step that a person redirected would still act where its sensor says, or undefined. */
async function landsAsEver(
  { options, run, sensor, step, firing, signal }: Attempt,
  redirected: unknown,
): Promise<Reason | undefined> {
  if (!run.scope.redirected) return undefined;
  const asEver = { ...run, target: run.scope.redirected.from };
  const own = await whileClaimed(signal, () =>
    options.resolveInput({ run: asEver, sensor, step, firing, signal }),
  );
  // Skipped, or held: there it would do nothing.
  if (!('input' in own)) return undefined;
  const { id: stepId, action } = step;
  return sameLanding({ stepId, action, own: own.input, redirected });
}

/** Asked last, right before the action may write. */
async function stopOf(
  { options, run }: Attempt,
  action: Action<any>,
): Promise<Stop | undefined> {
  const writes = action.writesOutside !== false && run.mode !== 'observe';
  if (!writes) return undefined;
  return findStop(await options.readStops(), { targets: [run.target] });
}

/** Asked where a second call would not be safe. */
async function restoreOf(
  { options }: Attempt,
  { safety }: Action<any>,
): Promise<Restore | undefined> {
  return safety === 'none' ? options.readRestore?.() : undefined;
}

function settled(outcome: AttemptOutcome): StepResult {
  return { outcome, limits: { retry: defaultRetry, onFailure: [] } };
}
