/**
 * Milliseconds until the next poll. Signals only tell when to look, and they
 * can be lost, so there is always a poll behind them. What moves is asked for
 * often enough that a step is seen within a second even when no signal comes.
 * So is a page that was just opened: the first connection for signals after a
 * start of the backend can hang until it is tried again five seconds later.
 */
export function pollPause(state: {
  /** Whether a signal was heard since the connection was last known to be lost. */
  signals: boolean;
  moving: boolean;
  idle: boolean;
  /** Opened, or connected again, within the last {@link freshMs}. */
  fresh: boolean;
}): number {
  const { signals, moving, idle, fresh } = state;
  if (moving) return signals ? 1_000 : 750;
  if (fresh && !signals) return 750;
  return signals || idle ? 5_000 : 2_000;
}

/** Longer than a connection for signals takes to be tried again. */
export const freshMs = 10_000;
