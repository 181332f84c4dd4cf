import type { GitopsEventsConfig } from '../config';
import { freezeAt, freezesIn } from '../schedule/freeze';
import type { Run } from '../store/runRow';

/**
 * Whether a claimed run must ask before it goes on: one that was made to, and
 * one that has not begun when a freeze came that was not there when it was made.
 * Pure.
 */
export function mustAsk(
  run: Run,
  targets: GitopsEventsConfig['targets'],
  now: number,
): boolean {
  if (run.gated) return true;
  if (hasBegun(run)) return false;
  const isTold = run.scope.params !== undefined;
  return Object.keys(targets)
    .filter(name => !isTold || name === run.target?.environment)
    .some(name => freezeAt(freezesIn(targets, name), now) !== undefined);
}

/** What a person released counts as begun: that was the decision. */
function hasBegun({ step, attempt, steps, heldAt }: Run): boolean {
  return (
    step > 0 ||
    attempt > 1 ||
    steps[0].state !== 'pending' ||
    steps[0].attempts > 0 ||
    heldAt !== undefined
  );
}
