import { InputError, NotFoundError } from '@backstage/errors';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import { budgetedHost, LimitReachedError } from '../budget/budgetedHost';
import type { Nudges } from '../nudges';
import type { ReviewHandles } from '../permissions/reviewHandles';
import { crashPoint, type CrashPoint } from '../pipeline/crashPoint';
import { startLoop, type Loop } from '../pipeline/loop';
import { backoff, defaultRetry, pauseAfter } from '../pipeline/retryPolicy';
import type { ChainRecord } from '../store/chain';
import type { Change } from '../store/changeRow';
import { claimChanges } from '../store/claimChanges';
import type { CommitQueue } from '../store/commitQueue';
import { readRevision } from '../store/readChange';
import { restChange, saveChange } from '../store/saveChange';
import { stopOfChange } from '../stop/stopOfChange';
import { lockStops } from '../store/stops';
import { appendTimeline, type TimelineRow } from '../timeline/append';
import { callTime, CLAIM_MS, lookAgainMs, PATIENCE } from './claimTime';
import { endChange } from './endChange';
import { leaveChange } from './leaveChange';
import { reviewersOf } from './reviewers';
import type { StaleAfter } from './staleness';
import { writeChange } from './writeChange';
import type { WriteResult } from './writeResult';

const MAX_WRITING = 16;
/** After this many conflicts it waits its turn instead of racing. */
const RACES = 5;

const pointAfter: Partial<Record<Change['state'], CrashPoint>> = {
  sealed: 'ref',
  committed: 'pullRequest',
  proposed: 'merge',
  waiting: 'merge',
};

export interface ChangeLoopOptions {
  knex: Knex;
  commits: CommitQueue;
  hosts: ChangeHost[];
  nudges: Nudges;
  replica: string;
  author: { name: string; email: string };
  stale: StaleAfter;
  /** What the catalog's owners are called at a forge. */
  reviewHandles: ReviewHandles;
  logger: LoggerService;
  /** Approvals that count, of the present content. */
  countApprovals(change: Change, diffHash: string): Promise<number>;
  /** Why a change may not merge itself now. */
  frozen(change: Change): Reason | undefined;
  /** Asks the checks again that could not judge it. */
  judgeAgain(change: Change): Promise<void>;
  /** Seals the same members again on the present base; the next try is `delayMs` away. */
  renderAgain(change: Change, delayMs: number): Promise<void>;
}

/** Claims changes that are due and writes them to their host, call by call. */
export function startChangeLoop(options: ChangeLoopOptions): Loop {
  const { knex, nudges, replica, logger } = options;
  const writing = new Set<Promise<void>>();

  const loop = startLoop({
    name: 'change',
    logger,
    pollMs: 500,
    turn: async () => {
      if (writing.size >= MAX_WRITING) {
        await Promise.race(writing);
        return true;
      }
      const claimedAt = performance.now();
      const claimed = await claimChanges(knex, {
        replica,
        limit: MAX_WRITING - writing.size,
        claimMs: CLAIM_MS,
        patience: PATIENCE,
      });
      for (const change of claimed) {
        const work: Promise<void> = carry(options, change, claimedAt)
          .catch(error =>
            logger.error(
              `Change ${change.id} goes on when its claim runs out`,
              error,
            ),
          )
          .finally(() => writing.delete(work));
        writing.add(work);
      }
      return claimed.length > 0;
    },
  });
  const off = nudges.on('changes', loop.nudge);
  return {
    nudge: loop.nudge,
    stop: async () => {
      off();
      await loop.stop();
      await Promise.allSettled(writing);
    },
  };
}

/** Carries a claimed change on until it waits, ends, or its claim runs out. */
async function carry(
  options: ChangeLoopOptions,
  claimed: Change,
  claimedAt: number,
): Promise<void> {
  const timeLeft = () => callTime(claimed, performance.now() - claimedAt);
  let change: Change | undefined = claimed;
  for (let ms = timeLeft(); change && ms; ms = timeLeft()) {
    const result = await attempt(options, change, AbortSignal.timeout(ms));
    if ('retry' in result) {
      await postpone(options, change, result.retry);
      return;
    }
    const point: CrashPoint | undefined = pointAfter[change.state];
    if (point && !isLook(result)) crashPoint(point);
    change = await record(options, change, result);
    options.nudges.send('timeline', 'runs', 'effects');
  }
  // Out of time, not of work: due again at once.
  if (change)
    await save(options, { ...change, claimedBy: undefined, dueAt: Date.now() });
}

/** Instead of a call: a stop came after it was decided. */
class StoppedError extends Error {}

/** Nothing was written outside. */
function isLook({ result }: WriteResult): boolean {
  return result === 'waiting' || result === 'stopped';
}

async function attempt(
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
    return await writeChange({
      host: budgetedHost(options.knex, host, async () => {
        if (stop) throw new Error('A call was decided in spite of a stop.');
        // Taking from a limit may have waited.
        if (await stopOfChange(options.knex, change)) {
          throw new StoppedError('Writing was stopped meanwhile.');
        }
      }),
      change: stop ? change : { ...change, stopId: undefined },
      revision,
      approvals,
      frozen: options.frozen(change),
      stop,
      ...{ author: options.author, stale: options.stale },
      reviewers: () =>
        reviewersOf(host, change, revision, options.reviewHandles),
      now: Date.now(),
    });
  } catch (error) {
    if (error instanceof StoppedError) {
      return attempt(options, change, signal);
    }
    if (error instanceof NotFoundError || error instanceof InputError) {
      return {
        result: 'held',
        reason: { code: 'refused', message: error.message },
      };
    }
    return { retry: error };
  }
}

/** Writes a result down. Returns the change while there is more to do at once. */
async function record(
  options: ChangeLoopOptions,
  change: Change,
  result: WriteResult,
): Promise<Change | undefined> {
  const now = Date.now();
  switch (result.result) {
    case 'moved': {
      let saved: Change | undefined;
      await options.commits.run(async tx => {
        // Keeps the claim: due_at stays ahead.
        saved = await saveChange(tx, { ...result.change, attempt: 0 });
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
    case 'ended':
      await options.commits.run(tx =>
        endChange(tx, change, { ...result, now }),
      );
      return undefined;
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
      await options.judgeAgain(change);
      return undefined;
    default: {
      await options.commits.run(async tx => {
        await appendTimeline(tx, result.lines);
        return [] as ChainRecord[];
      });
      await options.renderAgain(
        change,
        change.conflicts < RACES
          ? 0
          : backoff(change.conflicts - RACES + 1, defaultRetry, Math.random()),
      );
      return undefined;
    }
  }
}

/** Where the stop was lifted meanwhile, it is due at once. */
async function saveStopped(
  tx: Knex,
  { change, stop, lines }: Extract<WriteResult, { result: 'stopped' }>,
): Promise<ChainRecord[]> {
  const inForce = (await lockStops(tx)).some(({ id }) => id === stop.id);
  const dueAt = Date.now() + (inForce ? lookAgainMs(Date.now() - stop.at) : 0);
  const rest = { ...change, attempt: 0, dueAt };
  if (lines.length === 0 || !inForce) {
    await restChange(tx, rest);
  } else if (await saveChange(tx, { ...rest, claimedBy: undefined })) {
    await appendTimeline(tx, lines);
  }
  return [];
}

async function postpone(
  options: ChangeLoopOptions,
  change: Change,
  error: unknown,
): Promise<void> {
  const now = Date.now();
  const limited = error instanceof LimitReachedError;
  const attempts = limited ? change.attempt : change.attempt + 1;
  const wait = limited
    ? error.noRoom.waitMs
    : pauseAfter(error, attempts, Math.random());
  if (!limited) {
    options.logger.warn(
      `Change ${change.id}: attempt ${attempts} failed: ${error}`,
    );
  }
  const line: Pick<TimelineRow, 'kind' | 'data'> = limited
    ? {
        kind: 'waitingForLimit',
        data: { limit: error.noRoom.limit, waitMs: wait },
      }
    : {
        kind: 'retry',
        data: {
          reason: { code: 'error', message: (error as Error).message },
          attempt: attempts,
          atMs: now + wait,
        },
      };
  await options.commits.run(async tx => {
    await saveChange(tx, {
      ...change,
      attempt: attempts,
      claimedBy: undefined,
      dueAt: now + wait,
    });
    await appendTimeline(tx, [{ ...line, changeId: change.id, at: now }]);
    return [];
  });
}

async function save(options: ChangeLoopOptions, change: Change): Promise<void> {
  await options.commits.run(async tx => {
    await saveChange(tx, change);
    return [];
  });
}
