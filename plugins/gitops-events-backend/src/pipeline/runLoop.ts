import type { LoggerService } from '@backstage/backend-plugin-api';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { breakerOf } from '../breaker/breakerOf';
import { admitRuns } from '../gate/admitRuns';
import type { Nudges } from '../nudges';
import { claimRuns } from '../store/claimRuns';
import type { FirstClaim } from '../store/insertRuns';
import type { Run } from '../store/runRow';
import { advanceRun } from './advanceRun';
import { CLAIM_MARGIN_MS, CLAIM_MS, databaseNow } from './claimClock';
import { crashPoint } from './crashPoint';
import { startLoop, type Loop } from './loop';
import type { StepRunner } from './stepRunner';
import { StepWriter } from './writeSteps';

/** Runs under way at once. */
const MAX_RUNNING = 128;

/** Runs that are this replica's until the deadline, on the monotonic clock. */
export interface Claim {
  runs: Run[];
  deadline: number;
}

/** Begins runs where they are made, so that no second commit stands between an event and its first step. */
export interface RunStarter {
  /** How many could begin now; to be asked before the transaction that makes them. */
  offer(): FirstClaim & Pick<Claim, 'deadline'>;
  /** Begins those that were claimed, after the commit. The events are those of the runs. */
  begin(claim: Claim, events: StoredEvent[]): void;
}

/**
 * Claims runs that are due and takes each one step further. State, timeline
 * and chain of a step are one transaction; a replica that lost its claim
 * writes nothing.
 */
export function startRunLoop(options: {
  knex: Knex;
  steps: StepRunner;
  readSensor(name: string, revision: number): Promise<Sensor | undefined>;
  nudges: Nudges;
  replica: string;
  logger: LoggerService;
}): Loop & RunStarter {
  const { knex, steps, nudges, replica, logger } = options;
  const running = new Set<Promise<void>>();
  const writer = new StepWriter(knex);

  const breakerToTell = async (run: Run) => {
    if (run.state !== 'ended' && run.state !== 'held') return undefined;
    const sensor = await options.readSensor(run.sensor, run.revision);
    return sensor && breakerOf(run, sensor);
  };

  const advance = async (run: Run, deadline: number, event?: StoredEvent) => {
    const result = await steps.attempt(run, deadline, event);
    const now = Date.now();
    const {
      run: next,
      leavesLane,
      timeline,
    } = advanceRun({
      run,
      outcome: result.outcome,
      limits: result.limits,
      now,
      databaseNow: databaseNow(run, deadline),
      random: Math.random(),
    });
    await writer.write({
      run: next,
      leavesLane,
      timeline,
      writes: result.writes,
      breaker: await breakerToTell(next),
    });
    if (next.state === 'ended') crashPoint('done');
    nudges.send('runs', 'breakers', 'timeline');
    if (result.writes) nudges.send('effects', 'syncs');
  };

  const offer = () => ({
    replica,
    limit: MAX_RUNNING - running.size,
    claimMs: CLAIM_MS,
    // Taken before the claim, so that ours always ends first.
    deadline: performance.now() + CLAIM_MS - CLAIM_MARGIN_MS,
  });

  const begin = ({ runs, deadline }: Claim, events: StoredEvent[] = []) => {
    if (runs.length > 0) crashPoint('claim');
    const known = new Map(events.map(event => [event.uid, event]));
    for (const run of runs) {
      const work: Promise<void> = advance(
        run,
        deadline,
        known.get(run.eventUid),
      )
        .catch(error =>
          logger.error(`Run ${run.id} goes on when its claim runs out`, error),
        )
        .finally(() => running.delete(work));
      running.add(work);
    }
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
      const { deadline, ...claim } = offer();
      const runs = await claimRuns(knex, claim);
      begin({ runs: runs.filter(({ gated }) => !gated), deadline });
      const asking = runs.filter(({ gated }) => gated);
      begin({ runs: await admitRuns(options, asking), deadline });
      return runs.length > 0;
    },
  });
  const off = nudges.on('runs', loop.nudge);

  return {
    offer,
    begin,
    nudge: loop.nudge,
    stop: async () => {
      off();
      await loop.stop();
      await Promise.allSettled(running);
    },
  };
}
