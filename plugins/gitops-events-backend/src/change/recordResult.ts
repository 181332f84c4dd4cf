import type { Knex } from 'knex';
import { backoff, defaultRetry } from '../pipeline/retryPolicy';
import { presentTime } from '../presentTime';
import type { ChainRecord } from '../store/chain';
import type { Change } from '../store/changeRow';
import { restChange, saveChange } from '../store/saveChange';
import { lockStops } from '../store/stops';
import { appendTimeline } from '../timeline/append';
import { failureOf } from './attemptWrite';
import type { ChangeLoopOptions } from './changeLoop';
import { lookAgainMs } from './claimTime';
import { endChange } from './endChange';
import { endEarlier } from './endEarlier';
import { leaveChange } from './leaveChange';
import { postpone } from './postpone';
import type { WriteResult } from './writeResult';

/** After this many conflicts it waits its turn instead of racing. */
const RACES = 5;

/** Writes a result down. Returns the change while there is more to do at once. */
export async function recordResult(
  options: ChangeLoopOptions,
  change: Change,
  result: WriteResult,
): Promise<Change | undefined> {
  const now = presentTime();
  switch (result.result) {
    case 'moved': {
      let saved: Change | undefined;
      await options.commits.run(async tx => {
        // Keeps the claim: due_at stays ahead.
        saved = await saveChange(tx, {
          ...result.change,
          ...{ attempt: 0, reason: undefined },
        });
        if (saved) await appendTimeline(tx, result.lines);
        return [];
      });
      return saved;
    }
    case 'waiting': {
      const next = now + lookAgainMs(now - change.createdAt);
      const dueAt = Math.min(next, result.until ?? Infinity);
      const rest = { ...result.change, attempt: 0, dueAt };
      await options.commits.run(async tx => {
        if (result.lines.length === 0) await restChange(tx, rest);
        else if (await saveChange(tx, { ...rest, claimedBy: undefined })) {
          await appendTimeline(tx, result.lines);
        }
        return [];
      });
      return undefined;
    }
    case 'stopped':
      await options.commits.run(tx => saveStopped(tx, result));
      return undefined;
    case 'ended': {
      const what = { ...result, restMs: options.restMs, now };
      await options.commits.run(tx =>
        result.earlier
          ? endEarlier(tx, change, what)
          : endChange(tx, change, what),
      );
      return undefined;
    }
    case 'held':
      await options.commits.run(tx =>
        leaveChange(tx, change, {
          outcome: 'held',
          reason: result.reason,
          now,
        }),
      );
      return undefined;
    case 'judgeAgain':
      await lookAnew(options, change, () => options.judgeAgain(change));
      return undefined;
    case 'sortAgain':
      await lookAnew(options, change, () => options.renderAgain(change));
      return undefined;
    default: {
      const { lines } = result;
      const races = change.conflicts < RACES;
      const delayMs = races ? 0 : pauseOf(change.conflicts - RACES + 1);
      await lookAnew(options, change, () =>
        options.renderAgain(change, { lines, delayMs }),
      );
      return undefined;
    }
  }
}

/** It reads the host and writes down what it comes to by itself; failing, it is as a call that failed. */
async function lookAnew(
  options: ChangeLoopOptions,
  change: Change,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const failure = failureOf(error);
    if ('retry' in failure) await postpone(options, change, failure.retry);
    else await recordResult(options, change, failure);
  }
}

function pauseOf(times: number): number {
  return backoff(times, defaultRetry, Math.random());
}

/** Where the stop was lifted meanwhile, it is due at once. */
async function saveStopped(
  tx: Knex,
  { change, stop, lines }: Extract<WriteResult, { result: 'stopped' }>,
): Promise<ChainRecord[]> {
  const inForce = (await lockStops(tx)).some(({ id }) => id === stop.id);
  const dueAt =
    presentTime() + (inForce ? lookAgainMs(presentTime() - stop.at) : 0);
  const rest = { ...change, attempt: 0, dueAt };
  if (lines.length === 0 || !inForce) {
    await restChange(tx, rest);
  } else if (await saveChange(tx, { ...rest, claimedBy: undefined })) {
    await appendTimeline(tx, lines);
  }
  return [];
}
