import type { Run } from '../store/runRow';

/** How long a claim lasts, in milliseconds: a dead replica's work is due again then. */
export const CLAIM_MS = 8_000;

/** So long before its end nothing new is begun under a claim. */
export const CLAIM_MARGIN_MS = 1_000;

/**
 * The present time by the database's clock, in milliseconds since the epoch: a
 * claim ends at `dueAt` there, and a margin after its deadline here. It is off
 * by no more than the claim took.
 *
 * @param deadline - of the claim, on the monotonic clock (`performance.now()`)
 */
export function databaseNow(
  { dueAt }: Pick<Run, 'dueAt'>,
  deadline: number,
): number {
  return Math.round(dueAt - (deadline + CLAIM_MARGIN_MS - performance.now()));
}
