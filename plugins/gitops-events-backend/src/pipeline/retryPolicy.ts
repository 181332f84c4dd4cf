import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { ActionOutcome } from '@gitops-events/plugin-gitops-events-node';
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

/** What a run does next after a step came back. */
export interface StepCompletion {
  input: RunInput;
  step: 'done' | 'waiting' | 'pending' | 'failed';
  /** Milliseconds from now until it is due. */
  dueInMs: number;
  attempt: number;
  reason?: Reason;
}

/**
 * The one place that decides whether a step is retried, given up, held or
 * ended. Nobody else counts attempts.
 *
 * @param random - 0 to 1, spreads retries of many runs over time
 */
export function completeStep(options: {
  outcome: ActionOutcome;
  /** Attempts that came back so far, this one included. */
  attempt: number;
  retry: RetryPolicy;
  lastStep: boolean;
  /** Whether this or an earlier step changed Git. */
  changedGit: boolean;
  random: number;
}): StepCompletion {
  const { outcome, attempt, retry, lastStep, changedGit, random } = options;
  const at = (
    input: RunInput,
    step: StepCompletion['step'],
    reason?: Reason,
  ): StepCompletion => ({
    input,
    step,
    dueInMs: 0,
    attempt: 0,
    ...(reason && { reason }),
  });

  switch (outcome.outcome) {
    case 'done':
      return lastStep
        ? at({ input: 'end', end: changedGit ? 'applied' : 'done' }, 'done')
        : at({ input: 'nextStep' }, 'done');
    case 'alreadySo':
      return at({ input: 'end', end: 'alreadySo' }, 'done');
    case 'failed':
      return at({ input: 'end', end: 'failed' }, 'failed', outcome.reason);
    case 'superseded':
      return at({ input: 'end', end: 'superseded' }, 'failed', outcome.reason);
    case 'discarded':
    case 'cancelled':
      return at(
        { input: 'end', end: outcome.outcome },
        'failed',
        outcome.reason,
      );
    case 'held':
      return at({ input: 'hold' }, 'failed', outcome.reason);
    case 'waiting':
      return {
        input: { input: 'wait' },
        step: 'waiting',
        dueInMs: outcome.atMostMs,
        attempt: attempt - 1,
        reason: outcome.reason,
      };
    case 'retry': {
      if (attempt >= retry.attempts) {
        return at({ input: 'end', end: 'failed' }, 'failed', {
          code: 'attemptsUsedUp',
          message: `Gave up after ${attempt} attempts. The last one said: ${outcome.reason.message}`,
          detail: { last: outcome.reason },
        });
      }
      return {
        input: { input: 'retry' },
        step: 'pending',
        dueInMs: Math.max(
          outcome.afterMs ?? 0,
          backoff(attempt, retry, random),
        ),
        attempt,
        reason: outcome.reason,
      };
    }
    default:
      return assertNever(outcome);
  }
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
