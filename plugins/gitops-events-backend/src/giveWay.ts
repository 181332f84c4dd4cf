import { setImmediate as nextTurn } from 'node:timers/promises';

/** So long at a time work may keep the process from all else, in milliseconds. */
const BUSY_MS = 25;

/**
 * For work of many parts that waits for nothing outside: what it gives is to be
 * awaited between the parts, so that requests are answered, claims kept and
 * transactions ended meanwhile.
 */
export function givingWay(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < BUSY_MS) return;
    await nextTurn();
    since = performance.now();
  };
}
