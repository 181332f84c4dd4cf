import { parseDuration } from '@gitops-events/plugin-gitops-events-sensors';

/**
 * How wide the coalescing window is. Pure. An idle repository flushes at once;
 * each flush that follows closely and carries several runs doubles the pause
 * before the next, so that a storm becomes few commits. A flush of a single run
 * halves it, because waiting brought nobody else; a quiet spell resets it.
 *
 * Times in milliseconds.
 */
const FIRST_GAP = 100;
const MAX_GAP = 60_000;

export interface Window {
  sealedAt: number;
  gapMs: number;
}

/**
 * When the pending changes of a base may be sealed: now or later, never after
 * the first one's `flushBy`.
 *
 * @param paceMs - how far apart changes should lie so that the forge's limits last
 */
export function flushAt(window: Window, flushBy: number, paceMs = 0): number {
  const gap = Math.max(window.gapMs, paceMs);
  return Math.min(window.sealedAt + gap, flushBy);
}

/**
 * The window after a flush at `now`. Quiet is what nobody asked anything in:
 * how long a slow host took for the last wave says nothing about the storm.
 *
 * @param asked - how many runs waited, those with them that a newer one made
 *   pointless, and since when the first of them did
 */
export function nextWindow(
  window: Window,
  now: number,
  asked: { runs: number; since: number },
): Window {
  const quiet =
    asked.since - window.sealedAt > Math.max(window.gapMs * 2, 1_000);
  const wanted = asked.runs > 1 ? window.gapMs * 2 : window.gapMs / 2;
  return {
    sealedAt: now,
    gapMs: quiet ? FIRST_GAP : Math.min(Math.max(wanted, FIRST_GAP), MAX_GAP),
  };
}

/** Milliseconds that an effect may wait for others to join its change; `within` as in a sensor. */
export function coalesceMs(within = '10s'): number {
  return parseDuration(within);
}
