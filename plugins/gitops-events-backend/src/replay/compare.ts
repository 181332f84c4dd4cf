import type {
  DecisionView,
  RehearsedRun,
} from '@gitops-events/plugin-gitops-events-common';
import { isDeepStrictEqual } from 'node:util';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { Difference } from './replay';

type Outcome = DecisionView['outcome'];

/**
 * How what is said now differs from what is on record. Where both fire, their
 * runs tell; `undefined` then.
 */
export function compareOutcomes(
  then: Outcome | undefined,
  now: Outcome,
): Difference | undefined {
  if (now === 'waiting') return 'waiting';
  if (now === 'fired' && then === 'fired') return undefined;
  if (now === 'fired') return 'firesNow';
  if (then === 'fired') return 'noLongerFires';
  // An event that the sensor did not listen to left no record.
  return (then ?? 'notMatched') === now ? 'alike' : 'other';
}

/** Whether two definitions make the same run of the same events: whatever is not known to decide alone counts. */
export function makeSameRuns(a: Sensor, b: Sensor): boolean {
  return isDeepStrictEqual(runPartOf(a), runPartOf(b));
}

function runPartOf({ metadata, spec }: Sensor) {
  const {
    dependencies,
    condition: _,
    dedupe: __,
    maxAge: ___,
    window,
    rateLimit: ____,
    circuitBreaker: _____,
    concurrency: ______,
    priority: _______,
    schedule: ________,
    ...rest
  } = spec;
  return {
    owner: metadata.owner,
    title: metadata.title ?? metadata.name,
    ...rest,
    transforms: dependencies.map(({ name, transform }) => [name, transform]),
    window: window !== undefined,
  };
}

/** Whether two rehearsed runs would do the same. */
export function doTheSame(a: RehearsedRun, b: RehearsedRun): boolean {
  return isDeepStrictEqual(plain(a), plain(b));
}

/** Reasons are told in words that may have changed; what is done has not. */
function plain(run: RehearsedRun): unknown {
  const steps = run.steps.map(({ skipped, held, ...step }) => ({
    ...step,
    skipped: skipped?.code,
    held: held?.code,
  }));
  return JSON.parse(JSON.stringify({ ...run, steps }));
}
