import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until the answer is truthy, and returns it. */
export async function until(
  what,
  ask,
  { timeoutMs = 120_000, everyMs = 100 } = {},
) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer) return answer;
    await sleep(everyMs);
  }
  throw new Error(`Waited ${timeoutMs / 1000} s in vain: ${what}`);
}
