/*
 * How long a change is claimed. Whoever has the claim alone may write, so each
 * call at its host ends before the claim does, with time left to write down what
 * came of it. A dead replica's change is due again after the same time, so a
 * first try is short; one that failed may have needed longer.
 */
import type { Change } from '../store/changeRow';

export const CLAIM_MS = 8_000;
/** A claim of what failed before is so many times as long. */
export const PATIENCE = 3;
/** For writing down what a call came to. */
const REST_MS = 1_000;
/** With less than this left no call begins; it is claimed anew instead. */
export const CALL_MS = 5_000;

/**
 * Whole milliseconds that a call may take, or undefined where none may begin.
 *
 * @param heldMs - since before the claim was made, on the monotonic clock
 */
export function callTime(
  { attempt }: Pick<Change, 'attempt'>,
  heldMs: number,
): number | undefined {
  const claimMs = attempt > 0 ? CLAIM_MS * PATIENCE : CLAIM_MS;
  const left = Math.floor(claimMs - REST_MS - heldMs);
  return left >= CALL_MS ? left : undefined;
}

const LOOK_AGAIN_MS = 30_000;
const LOOK_AGAIN_AT_MOST_MS = 5 * 60_000;

/**
 * A person may act at the host unseen: what waits is looked at now and then,
 * the longer it waits the seldomer. Webhooks make it due at once.
 */
export function lookAgainMs(waitedMs: number): number {
  return Math.min(
    Math.max(waitedMs / 20, LOOK_AGAIN_MS),
    LOOK_AGAIN_AT_MOST_MS,
  );
}
