import type { Knex } from 'knex';
import type {
  ActionContext,
  ActionOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import { RecentMap } from '@gitops-events/plugin-gitops-events-sensors';
import { whyItWaits } from '../change/whyItWaits';
import { presentTime } from '../presentTime';
import { findStop } from '../stop/findStop';
import { stoppedStep } from '../stop/waitsForStop';
import type { StepOutcome } from '../pipeline/stepRunner';
import type { Change } from '../store/changeRow';
import type { Effect } from '../store/effectRow';
import type { BatchedReads } from '../store/batchedReads';
import type { Stop } from '../store/stops';
import { readChangedPaths } from '../store/readChange';

/** Milliseconds. */
const LOOK_AGAIN = { first: 60_000, atMost: 10 * 60_000 };

/**
 * When a run that waits for its change looks again, though its news got lost:
 * after half as long as it has waited, since a deep backlog looks no faster than
 * it moves. Pure; milliseconds.
 */
export function lookAgainMs(waitedMs: number): number {
  return Math.min(
    Math.max(Math.round(waitedMs / 2), LOOK_AGAIN.first),
    LOOK_AGAIN.atMost,
  );
}

/**
 * Nothing is sealed for what a stop covers.
 *
 * @param asked - the effect, once it is on record
 */
export function joining(
  repository: string,
  { target }: ActionContext,
  stops: Stop[],
  asked?: Effect,
): StepOutcome {
  const stop = findStop(stops, { repository, targets: [target] });
  return stop ? stoppedStep(stop) : waiting('Waits to join a change.', asked);
}

/** What the change that carries an effect says to its step. */
export async function ofChange(
  effect: Effect,
  readChange: BatchedReads['change'],
  pathsOf: PathsOf,
): Promise<StepOutcome> {
  const change = await readChange(effect.changeId!);
  if (!change) {
    throw new Error(
      `Effect ${effect.effectId} is of a change that is not kept`,
    );
  }
  if (change.state !== 'ended') {
    const { message } = whyItWaits(change);
    const waits = waiting(message, effect);
    return change.stopId === undefined ? waits : { ...waits, uncounted: true };
  }
  const reason = change.reason ?? {
    code: change.end!,
    message: 'Its change ended without being merged.',
  };
  switch (change.end) {
    case 'merged':
      return { outcome: 'done', output: await outputOf(change, pathsOf) };
    case 'alreadySo':
      return { outcome: 'alreadySo' };
    case 'superseded':
      return { outcome: 'superseded', reason };
    case 'failed':
    case 'cancelled':
      return { outcome: change.end, reason };
    default:
      return { outcome: 'discarded', reason };
  }
}

async function outputOf(
  change: Change,
  pathsOf: PathsOf,
): Promise<Record<string, unknown>> {
  return {
    changeId: change.id,
    commit: change.mergeCommit,
    repository: change.repository,
    base: change.base,
    pullRequest: change.pullNumber,
    paths: await pathsOf(change),
  };
}

export type PathsOf = (change: Change) => Promise<string[]>;

/** The paths of a merged change, read once for all of its members. */
export function pathsReader(knex: Knex): PathsOf {
  const recent = new RecentMap<Promise<string[]>>(20);
  return change => {
    const key = `${change.id} ${change.revision}`;
    return recent.get(key, () => {
      const reading = readChangedPaths(knex, change);
      reading.catch(() => recent.delete(key));
      return reading;
    });
  };
}

function waiting(message: string, effect?: Effect): ActionOutcome {
  return {
    outcome: 'waiting',
    reason: { code: 'change', message },
    topic: 'change',
    atMostMs: lookAgainMs(effect ? presentTime() - effect.createdAt : 0),
  };
}
