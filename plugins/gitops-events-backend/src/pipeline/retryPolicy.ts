import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type {
  ActionOutcome,
  RetryLaterError,
} from '@gitops-events/plugin-gitops-events-node';
import type { StepRecord } from '../store/runRow';
import { bothReasons, type Failure } from './failure';
import type { RunInput } from './transitions';

/** How often and how soon a step is tried again. Times in milliseconds. */
export interface RetryPolicy {
  attempts: number;
  backoffMs: number;
  maxBackoffMs: number;
}

export const defaultRetry: RetryPolicy = {
  attempts: 5,
  backoffMs: 1_000,
  maxBackoffMs: 300_000,
};

/** At most so long is waited where the other side asks for it. Milliseconds. */
const MAX_AFTER_MS = 24 * 3_600_000;

/** What an attempt came to; a step whose `if` is false is not attempted. */
export type AttemptOutcome =
  | Exclude<ActionOutcome, { outcome: 'waiting' }>
  | (Extract<ActionOutcome, { outcome: 'waiting' }> & Uncounted)
  | { outcome: 'skipped'; reason: Reason };

export function held(code: string, message: string): AttemptOutcome {
  return { outcome: 'held', reason: { code, message } };
}

/** A wait whose time is not counted: the step has its whole timeout again when it goes on. */
export interface Uncounted {
  uncounted?: true;
}

/** What a run does next after a step came back. */
export interface StepCompletion {
  input: RunInput;
  step: 'done' | 'skipped' | 'waiting' | 'pending' | 'failed';
  /** Milliseconds from now until it is due. */
  dueInMs: number;
  attempt: number;
  /** Why the step is where it is. */
  reason?: Reason;
  /** Why the run is; undefined when it simply goes on. */
  runReason?: Reason;
}

export interface CompleteStepOptions {
  outcome: AttemptOutcome;
  stepId: string;
  /** Attempts that came back so far, this one included. */
  attempt: number;
  retry: RetryPolicy;
  /** What is left of its timeout; undefined when it has none. */
  time?: { leftMs: number; timeout: string };
  lastStep: boolean;
  /** Whether this or an earlier step changed Git. */
  changedGit: boolean;
  /** Whether the sensor has steps for a failure. */
  hasOnFailure: boolean;
  /** Set while those are taken; then the run ends failed, and no other end counts. */
  failure?: Failure;
  /** 0 to 1, spreads retries of many runs over time. */
  random: number;
}

/**
 * The one place that decides whether a step is retried, given up, held or
 * ended. Nobody else counts attempts or looks at the clock.
 *
 * A step that is late is asked once more, since what it waits for may have
 * come while nobody looked; only an answer that it is still not done fails it.
 */
export function completeStep(options: CompleteStepOptions): StepCompletion {
  const { outcome, attempt, time, failure } = options;
  switch (outcome.outcome) {
    case 'done':
      return goOn(options, 'done');
    case 'skipped':
      return goOn(options, 'skipped', outcome.reason);
    case 'alreadySo':
      return failure ? goOn(options, 'done') : alreadySo(outcome);
    case 'failed':
      return fail(options, outcome.reason);
    case 'superseded':
    case 'discarded':
    case 'cancelled':
      return failure
        ? fail(options, outcome.reason)
        : stop({ input: 'end', end: outcome.outcome }, outcome.reason);
    case 'held':
      return stop({ input: 'hold' }, outcome.reason);
    case 'waiting':
      if (time && time.leftMs <= 0 && !outcome.uncounted) {
        return timedOut(options, outcome.reason);
      }
      return {
        input: { input: 'wait' },
        step: 'waiting',
        dueInMs: outcome.uncounted
          ? outcome.atMostMs
          : Math.min(outcome.atMostMs, time?.leftMs ?? Infinity),
        attempt: attempt - 1,
        reason: outcome.reason,
        runReason: outcome.reason,
      };
    case 'retry':
      return tryAgain(options, outcome);
    default:
      return assertNever(outcome);
  }
}

/**
 * Whether a retry comes too late to be made at all. A step that waits, or whose
 * replica was lost in the middle of it, is asked all the same: its answer may
 * be there.
 *
 * @param lost - claims that nobody came back from
 */
export function retryIsLate(
  step: Pick<StepRecord, 'state' | 'attempts'>,
  lost: number,
  leftMs: number | undefined,
): boolean {
  return (
    leftMs !== undefined &&
    leftMs <= 0 &&
    step.state === 'pending' &&
    step.attempts > 0 &&
    lost === 0
  );
}

function goOn(
  { lastStep, changedGit, failure }: CompleteStepOptions,
  step: 'done' | 'skipped',
  reason?: Reason,
): StepCompletion {
  if (!lastStep) return at({ input: 'nextStep' }, step, reason);
  if (failure) {
    return {
      ...at({ input: 'end', end: 'failed' }, step, reason),
      runReason: failure.reason,
    };
  }
  const end = changedGit ? 'applied' : 'done';
  return at({ input: 'end', end }, step, reason);
}

function alreadySo({
  detail,
}: Extract<ActionOutcome, { outcome: 'alreadySo' }>): StepCompletion {
  const input = { input: 'end', end: 'alreadySo' } as const;
  if (detail === undefined) return at(input, 'done');
  const reason = { code: 'alreadySo', message: detail };
  return { ...at(input, 'done', reason), runReason: reason };
}

function tryAgain(
  options: CompleteStepOptions,
  outcome: Extract<ActionOutcome, { outcome: 'retry' }>,
): StepCompletion {
  const { attempt, retry, time, random } = options;
  const { reason } = outcome;
  const dueInMs = pause(
    outcome.afterMs,
    backoff(attempt, retry, random),
    random,
  );
  if (time && time.leftMs <= 0) return timedOut(options, reason);
  if (attempt >= retry.attempts) {
    return fail(options, {
      code: 'attemptsUsedUp',
      message: `Gave up after ${attempt} attempts. The last one said: ${reason.message}`,
      detail: { last: reason },
    });
  }
  if (time && dueInMs >= time.leftMs) return timedOut(options, reason);
  return {
    input: { input: 'retry' },
    step: 'pending',
    dueInMs,
    attempt,
    reason,
    runReason: reason,
  };
}

function timedOut(options: CompleteStepOptions, last: Reason): StepCompletion {
  const { timeout } = options.time!;
  return fail(options, {
    code: 'timeout',
    message: `It was not done within ${timeout}. The last word was: ${last.message}`,
    detail: { timeout, last },
  });
}

/** The world said no. */
function fail(
  { stepId, hasOnFailure, failure }: CompleteStepOptions,
  reason: Reason,
): StepCompletion {
  if (failure) {
    return {
      ...at({ input: 'end', end: 'failed' }, 'failed', reason),
      runReason: bothReasons(failure, { step: stepId, reason }),
    };
  }
  return stop(
    hasOnFailure ? { input: 'onFailure' } : { input: 'end', end: 'failed' },
    reason,
  );
}

function stop(input: RunInput, reason: Reason): StepCompletion {
  return { ...at(input, 'failed', reason), runReason: reason };
}

function at(
  input: RunInput,
  step: StepCompletion['step'],
  reason?: Reason,
): StepCompletion {
  return { input, step, dueInMs: 0, attempt: 0, ...(reason && { reason }) };
}

/**
 * As long as the other side asks for, and up to a tenth more by chance: it
 * told all of our runs the same.
 */
function pause(
  afterMs: number | undefined,
  backoffMs: number,
  random: number,
): number {
  if (afterMs === undefined || !(afterMs > 0)) return backoffMs;
  const asked = Math.min(afterMs, MAX_AFTER_MS);
  return Math.max(Math.round(asked * (1 + random / 10)), backoffMs);
}

/** How long something waits that failed with this error and is tried again for ever. */
export function pauseAfter(
  error: unknown,
  attempt: number,
  random: number,
): number {
  const asked = (error as Partial<RetryLaterError> | undefined)?.afterMs;
  return pause(
    typeof asked === 'number' ? asked : undefined,
    backoff(attempt, defaultRetry, random),
    random,
  );
}

/** Doubles from `backoffMs`, at most `maxBackoffMs`, with up to half of it taken off by chance. */
export function backoff(
  attempt: number,
  retry: RetryPolicy,
  random: number,
): number {
  const full = Math.min(
    retry.backoffMs * 2 ** (attempt - 1),
    retry.maxBackoffMs,
  );
  return Math.round(full * (1 - random / 2));
}

function assertNever(value: never): never {
  throw new Error(`Unknown outcome: ${JSON.stringify(value)}`);
}
