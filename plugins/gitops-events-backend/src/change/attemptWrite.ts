import { InputError, NotFoundError } from '@backstage/errors';
import { budgetedHost } from '../budget/budgetedHost';
import { presentTime } from '../presentTime';
import { shownReason, withoutCause } from '../shownFailure';
import { stopOfChange } from '../stop/stopOfChange';
import type { Change } from '../store/changeRow';
import { readRevision } from '../store/readChange';
import { readNewcomers } from '../store/readNewcomers';
import { carriesReverted } from '../store/reverts';
import type { ChangeLoopOptions } from './changeLoop';
import { reviewersOf } from './reviewers';
import { writeChange } from './writeChange';
import type { WriteResult } from './writeResult';

/** Instead of a call: a stop or a revert came after it was decided. */
class DecideAgainError extends Error {}

/** Makes the next call for a change. */
export async function attemptWrite(
  options: ChangeLoopOptions,
  change: Change,
  signal: AbortSignal,
): Promise<WriteResult | { retry: unknown }> {
  try {
    const found = options.hosts.find(({ name }) => name === change.host);
    const host = found?.within?.(signal) ?? found;
    if (!host)
      throw new NotFoundError(
        `There is no change host ${change.host} here. Install its module.`,
      );
    const revision = await readRevision(options.knex, change);
    const approvals = await options.countApprovals(change, revision.diffHash);
    const stop = await stopOfChange(options.knex, change);
    const reverted = await carriesReverted(options.knex, change.id);
    return await writeChange({
      host: budgetedHost(options.knex, host, async () => {
        if (stop) throw new Error('A call was decided in spite of a stop.');
        // Taking from a limit may have waited.
        if (await stopOfChange(options.knex, change)) {
          throw new DecideAgainError('Writing was stopped meanwhile.');
        }
        if (!reverted && (await carriesReverted(options.knex, change.id))) {
          throw new DecideAgainError('A revert was asked for meanwhile.');
        }
      }),
      change: stop ? change : { ...change, stopId: undefined },
      revision,
      intent: change.direct ? await intentOf(options, change) : undefined,
      approvals,
      judgedBy: options.judgedBy(),
      frozen: await options.frozen(change),
      stop,
      reverted,
      ...{ author: options.author, stale: options.stale },
      reviewers: () =>
        reviewersOf(host, change, revision, options.reviewHandles),
      hasNewcomers: async () =>
        (await readNewcomers(options.knex, change)).length > 0,
      now: presentTime(),
    });
  } catch (error) {
    if (error instanceof DecideAgainError) {
      return attemptWrite(options, change, signal);
    }
    // Held, a person could discard what may be on base already.
    return change.direct ? { retry: error } : failureOf(error);
  }
}

async function intentOf(
  { knex }: ChangeLoopOptions,
  { id }: Change,
): Promise<string> {
  const { baseCommit } = await readRevision(knex, { id, revision: 1 });
  return baseCommit;
}

/** What a person must mend is held; what else fails is tried again. */
export function failureOf(
  error: unknown,
): Extract<WriteResult, { result: 'held' }> | { retry: unknown } {
  return error instanceof NotFoundError || error instanceof InputError
    ? {
        result: 'held',
        reason: shownReason({
          code: 'refused',
          message: withoutCause(error.message),
        }),
      }
    : { retry: error };
}
