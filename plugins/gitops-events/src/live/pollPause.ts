/**
 * Milliseconds until the next poll. Signals only tell when to look, and they
 * can be lost, so there is always a poll behind them. What moves is asked for
 * often enough that a step is seen within a second even when no signal comes.
 */
export function pollPause(state: {
  signals: boolean;
  moving: boolean;
  idle: boolean;
}): number {
  if (state.moving) return state.signals ? 1_000 : 750;
  return state.signals || state.idle ? 5_000 : 2_000;
}
