import {
  STOPPED,
  stopInWords,
  type Reason,
} from '@gitops-events/plugin-gitops-events-common';
import type { GateAnswer } from '../gate/admitRuns';
import type { AttemptOutcome } from '../pipeline/retryPolicy';
import type { Run } from '../store/runRow';
import type { Stop } from '../store/stops';
import { withoutDot } from '../shownFailure';
import { findStop } from './findStop';

/** What waits looks for itself this often, should its wake get lost. Milliseconds. */
const LOOK_AGAIN_MS = 600_000;

const prefix = 'stop ';

/** Under which runs wait for a stop to be lifted. */
export const stopTopic = ({ id }: Pick<Stop, 'id'>): string => `${prefix}${id}`;

export const isStopTopic = (topic: string): boolean => topic.startsWith(prefix);

/** Why something waits. */
export function waitsForStop({ id, scope, by, at, reason }: Stop): Reason {
  const what = stopInWords(scope);
  const since = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return {
    code: STOPPED,
    message: `Waits: ${by} stopped ${what[0].toLowerCase()}${what.slice(1)} at ${since} UTC: ${withoutDot(reason)}. It goes on by itself once that is lifted.`,
    detail: { stop: id },
  };
}

/** A step that waits for a stop; the time is not counted. */
export function stoppedStep(
  stop: Stop,
): Extract<AttemptOutcome, { outcome: 'waiting' }> {
  return {
    outcome: 'waiting',
    reason: waitsForStop(stop),
    topic: stopTopic(stop),
    atMostMs: LOOK_AGAIN_MS,
    uncounted: true,
  };
}

/**
 * Whether a run may begin, as far as stops are concerned. Which repository it
 * writes to is told by its step only, and asked there. Pure.
 */
export function askStops(
  stops: readonly Stop[],
  run: Pick<Run, 'target' | 'mode'>,
  now: number,
): GateAnswer {
  const stop =
    run.mode === 'observe'
      ? undefined
      : findStop(stops, { targets: [run.target] });
  if (!stop) return { answer: 'pass' };
  return {
    answer: 'wait',
    topic: stopTopic(stop),
    shares: stop.scope.kind === 'all' ? undefined : 'target',
    dueAt: now + LOOK_AGAIN_MS,
    reason: waitsForStop(stop),
  };
}
