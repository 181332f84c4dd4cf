import type { LoggerService } from '@backstage/backend-plugin-api';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { breakerOf } from '../breaker/breakerOf';
import type { GitopsEventsConfig } from '../config';
import { admitRuns, type AdmitOptions } from '../gate/admitRuns';
import { mustAsk } from '../gate/mustAsk';
import type { Nudges } from '../nudges';
import { presentTime } from '../presentTime';
import { claimSuspect } from '../store/claimRuns';
import type { FirstClaim } from '../store/insertRuns';
import { releaseClaim } from '../store/releaseClaims';
import type { Run } from '../store/runRow';
import { standBehind } from '../store/standBehind';
import { within } from '../within';
import { advanceRun } from './advanceRun';
import { ClaimEnded } from './claimEnded';
import { claimDue } from './claimDue';
import { CLAIM_MARGIN_MS, CLAIM_MS, databaseNow } from './claimClock';
import { crashPoint } from './crashPoint';
import { startLoop, type Loop } from './loop';
import { ReadableRuns } from './readableRuns';
import type { StepRunner } from './stepRunner';
import { isSuspect } from './suspects';
import { StepWriter } from './writeSteps';

/** Runs under way at once; a sensor that is alone has half of them. */
const MAX_RUNNING = 256;

/** At first; one more with each that comes back. Who does not live long takes few claims with it. */
const FIRST_RUNNING = 64;

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
  readSensor: AdmitOptions['readSensor'];
  tellTarget: AdmitOptions['tellTarget'];
  config: Pick<GitopsEventsConfig, 'targets'>;
  nudges: Nudges;
  replica: string;
  logger: LoggerService;
}): Loop & RunStarter {
  const { knex, steps, nudges, replica, logger } = options;
  const running = new Map<Promise<void>, Run>();
  const writer = new StepWriter(knex, logger);
  const readable = new ReadableRuns(options);

  const breakerToTell = async (run: Run) => {
    if (run.state !== 'ended' && run.state !== 'held') return undefined;
    const sensor = await options.readSensor(run.sensor, run.revision);
    return sensor && breakerOf(run, sensor);
  };

  const advance = async (
    claimed: Run,
    deadline: number,
    known: ReadonlyMap<string, StoredEvent>,
  ) => {
    const result = await steps.attempt(claimed, deadline, known);
    const run = result.run ?? claimed;
    const now = presentTime();
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
    nudges.send('breakers', 'timeline');
    if (result.writes?.effects || result.writes?.begins) nudges.send('effects');
    if (result.writes?.syncs) nudges.send('syncs');
  };

  let places = FIRST_RUNNING;
  const offer = () => ({
    replica,
    free: Math.max(places - running.size, 0),
    running: countBy([...running.values()].map(({ sensor }) => sensor)),
    claimMs: CLAIM_MS,
    // Taken before the claim, so that ours always ends first.
    deadline: performance.now() + CLAIM_MS - CLAIM_MARGIN_MS,
  });

  const ended = (work: Promise<void>) => {
    running.delete(work);
    places = Math.min(places + 1, MAX_RUNNING);
    // Only now its place is free for the next.
    nudges.send('runs');
  };

  const begin = ({ runs, deadline }: Claim, events: StoredEvent[] = []) => {
    if (runs.length > 0) crashPoint('claim');
    const known = new Map(events.map(event => [event.uid, event]));
    for (const run of runs) {
      const work: Promise<void> = advance(run, deadline, known)
        .catch(async error => {
          if (!(error instanceof ClaimEnded)) throw error;
          await releaseClaim(knex, run);
        })
        .catch(error =>
          logger.error(`Run ${run.id} goes on when its claim runs out`, error),
        )
        .finally(() => ended(work));
      running.set(work, run);
    }
  };

  /** One at a time, so that none goes down with another: a step that kills its replica is found, the innocent show it. */
  const oneSuspect = async (): Promise<Claim | undefined> => {
    if ([...running.values()].some(isSuspect)) return undefined;
    if (readable.left().size > 0) return undefined;
    const { claimMs, deadline } = offer();
    const run = await claimSuspect(knex, { replica, claimMs });
    return run && { runs: [run], deadline };
  };

  const beginAdmitted = async ({ runs: claimed, deadline }: Claim) => {
    const { targets } = options.config;
    const runs = await readable.among(claimed);
    const now = presentTime();
    const asking = runs.filter(run => mustAsk(run, targets, now));
    begin({ runs: runs.filter(run => !asking.includes(run)), deadline });
    const admitted = await admitRuns({ ...options, targets }, asking, now);
    begin({ runs: admitted, deadline });
  };

  let after = '';
  const loop = startLoop({
    name: 'run',
    logger,
    pollMs: 500,
    turn: async () => {
      if (running.size >= places) {
        await Promise.race(running.keys());
        return true;
      }
      const left = readable.left();
      const claimed = await claimDue(knex, { offer, after, left });
      after = claimed.next ?? '';
      await beginAdmitted(claimed);
      const suspect = await oneSuspect();
      if (suspect) await beginAdmitted(suspect);
      // So that the next turn sees past them.
      const marked = await standBehind(knex, claimed.blocked);
      return (
        claimed.runs.length > 0 ||
        suspect !== undefined ||
        claimed.next !== undefined ||
        marked > 0
      );
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
      // What hangs longer is nobody's any more.
      await within(CLAIM_MS, Promise.allSettled(running.keys()));
    },
  };
}

function countBy(names: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
