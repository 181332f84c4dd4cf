import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { Nudges } from '../nudges';
import type { ReviewHandles } from '../permissions/reviewHandles';
import { crashPoint, type CrashPoint } from '../pipeline/crashPoint';
import { startLoop, type Loop } from '../pipeline/loop';
import type { Change } from '../store/changeRow';
import { claimChanges } from '../store/claimChanges';
import type { CommitQueue } from '../store/commitQueue';
import { giveBack } from '../store/saveChange';
import { attemptWrite } from './attemptWrite';
import { callTime, CLAIM_MS, PATIENCE } from './claimTime';
import { postpone } from './postpone';
import { recordResult } from './recordResult';
import type { Conflict } from './renderAgain';
import type { StaleAfter } from './staleness';
import type { WriteResult } from './writeResult';

const MAX_WRITING = 16;

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
  /** How long newer runs of a change key wait for its sync at most, in milliseconds. */
  restMs: number;
  /** What the catalog's owners are called at a forge. */
  reviewHandles: ReviewHandles;
  logger: LoggerService;
  /** Approvals that count, of the present content. */
  countApprovals(change: Change, diffHash: string): Promise<number>;
  /** Why a change may not merge itself now. */
  frozen(change: Change): Promise<Reason | undefined>;
  /** Names by which checks and rules content is judged now. */
  judgedBy(): string;
  /** Asks the checks again that could not judge it, or all of them where others judged. */
  judgeAgain(change: Change): Promise<void>;
  /** Seals those of its members that still may on the present base; with what the host found, where it found a conflict. */
  renderAgain(change: Change, conflict?: Conflict): Promise<void>;
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
    const result = await attemptWrite(options, change, AbortSignal.timeout(ms));
    if ('retry' in result) {
      await postpone(options, change, result.retry);
      break;
    }
    const point: CrashPoint | undefined = pointAfter[change.state];
    if (point && !isLook(result)) crashPoint(point);
    change = await recordResult(options, change, result);
    options.nudges.send('timeline', 'runs', 'effects');
  }
  // Out of time, not of work; or somebody decided meanwhile, and nothing was written.
  if (await giveBack(options.knex, claimed)) options.nudges.send('changes');
}

/** Nothing was written outside. */
function isLook({ result }: WriteResult): boolean {
  return ['waiting', 'stopped', 'sortAgain'].includes(result);
}
