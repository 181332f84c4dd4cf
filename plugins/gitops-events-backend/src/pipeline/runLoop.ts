import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import type { ChainRecord } from '../store/chain';
import { claimRuns } from '../store/claimRuns';
import type { CommitQueue } from '../store/commitQueue';
import { completeRun } from '../store/completeRun';
import type { Run } from '../store/runRow';
import { appendTimeline } from '../timeline/append';
import { advanceRun } from './advanceRun';
import { crashPoint } from './crashPoint';
import { startLoop, type Loop } from './loop';
import type { StepRunner } from './stepRunner';

/** Runs under way at once, and how long a claim lasts: a dead replica's work is due again then. */
const MAX_RUNNING = 128;
export const CLAIM_MS = 8_000;

/**
 * Claims runs that are due and takes each one step further. State, timeline
 * and chain of a step are one transaction; a replica that lost its claim
 * writes nothing.
 */
export function startRunLoop(options: {
  knex: Knex;
  commits: CommitQueue;
  steps: StepRunner;
  nudges: Nudges;
  replica: string;
  logger: LoggerService;
}): Loop {
  const { knex, commits, steps, nudges, replica, logger } = options;
  const running = new Set<Promise<void>>();

  const advance = async (run: Run, deadline: number) => {
    const result = await steps.attempt(run, deadline);
    const now = Date.now();
    const {
      run: next,
      leavesLane,
      timeline,
    } = advanceRun({
      run,
      outcome: result.outcome,
      retry: result.retry,
      now,
      random: Math.random(),
    });
    await commits.run(async tx => {
      if (!(await completeRun(tx, next, { leavesLane }))) return [];
      await result.within?.(tx);
      await appendTimeline(tx, timeline);
      return recordsOf(next);
    });
    if (next.state === 'ended') crashPoint('done');
    nudges.send('runs', 'timeline');
    if (result.within) nudges.send('effects', 'syncs');
  };

  const loop = startLoop({
    name: 'run',
    logger,
    pollMs: 500,
    turn: async () => {
      if (running.size >= MAX_RUNNING) {
        await Promise.race(running);
        return true;
      }
      // Taken before the claim, so that ours always ends first.
      const deadline = performance.now() + CLAIM_MS - 1_000;
      const claimed = await claimRuns(knex, {
        replica,
        limit: MAX_RUNNING - running.size,
        claimMs: CLAIM_MS,
      });
      if (claimed.length > 0) crashPoint('claim');
      for (const run of claimed) {
        const work: Promise<void> = advance(run, deadline)
          .catch(error =>
            logger.error(
              `Run ${run.id} goes on when its claim runs out`,
              error,
            ),
          )
          .finally(() => running.delete(work));
        running.add(work);
      }
      return claimed.length > 0;
    },
  });
  const off = nudges.on('runs', loop.nudge);

  return {
    nudge: loop.nudge,
    stop: async () => {
      off();
      await loop.stop();
      await Promise.allSettled(running);
    },
  };
}

/** Ends and holds are decisions; waits and retries are not. */
function recordsOf(run: Run): ChainRecord[] {
  if (run.state !== 'ended' && run.state !== 'held') return [];
  return [
    {
      what: 'run',
      run: run.id,
      event: run.eventUid,
      sensor: run.sensor,
      revision: run.revision,
      outcome: run.end ?? 'held',
      ...(run.reason && { code: run.reason.code }),
    },
  ];
}
