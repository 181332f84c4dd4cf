import { LimitReachedError } from '../budget/budgetedHost';
import { pauseAfter } from '../pipeline/retryPolicy';
import { presentTime } from '../presentTime';
import { shownFailure } from '../shownFailure';
import type { Change } from '../store/changeRow';
import { restChange, saveChange } from '../store/saveChange';
import { appendTimeline } from '../timeline/append';
import type { ChangeLoopOptions } from './changeLoop';

/** A call failed, or a limit leaves no room for it: due again after a pause. */
export async function postpone(
  options: ChangeLoopOptions,
  change: Change,
  error: unknown,
): Promise<void> {
  if (error instanceof LimitReachedError) {
    await waitForLimit(options, change, error);
    return;
  }
  const now = presentTime();
  const attempt = change.attempt + 1;
  const wait = pauseAfter(error, attempt, Math.random());
  const place = `Change ${change.id}`;
  options.logger.warn(`${place}: attempt ${attempt} failed: ${error}`);
  const reason = { code: 'error', message: shownFailure(error, place) };
  await options.commits.run(async tx => {
    const saved = await saveChange(tx, {
      ...change,
      ...{ attempt, claimedBy: undefined, dueAt: now + wait },
    });
    if (!saved) return [];
    await appendTimeline(tx, [
      {
        kind: 'retry',
        changeId: change.id,
        data: { reason, attempt, atMs: now + wait },
        at: now,
      },
    ]);
    return [];
  });
}

/** Told once, however often it is looked whether there is room. */
async function waitForLimit(
  { commits }: ChangeLoopOptions,
  change: Change,
  { noRoom: { limit, waitMs } }: LimitReachedError,
): Promise<void> {
  const now = presentTime();
  const reason = { code: 'waitsForLimit', message: limit };
  const isNews =
    change.reason?.code !== reason.code || change.reason.message !== limit;
  const rest = { ...change, reason, dueAt: now + waitMs };
  await commits.run(async tx => {
    if (!isNews) await restChange(tx, rest);
    else if (await saveChange(tx, { ...rest, claimedBy: undefined })) {
      await appendTimeline(tx, [
        {
          kind: 'waitingForLimit',
          changeId: change.id,
          data: { limit, waitMs },
          at: now,
        },
      ]);
    }
    return [];
  });
}
