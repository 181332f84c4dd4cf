import { fakeTimeLibrary } from '../ownClocks';
import { pause } from '../killAll';
import type { Disturbance } from './disturbance';

const HOUR_MS = 3_600_000;
const STEPS_MS = [HOUR_MS, -HOUR_MS, 0];
/** Longer than a claim, so that others take over from who would be late. */
const STEP_MS = 10_000;
/** The library looks at its file once a second, where it is given the time to. */
const SEEN_MS = 15_000;
/** An answer takes its time on a busy machine; a step is an hour. */
const NEAR_MS = 60_000;

/** The clock of one replica after the other leaps an hour ahead, then an hour behind, then back to right. */
export const clockStep: Disturbance = {
  name: 'clockStep',
  quick: ['postgres'],
  cannot: async ({ bus }) => {
    if (bus.replicas === 1) {
      return 'the clock of the one process is that of its database';
    }
    return fakeTimeLibrary()
      ? undefined
      : 'libfaketime is missing; install the Debian package faketime';
  },
  async disturb({ bus, room, run: { fleet } }) {
    const slots = room.quick ? 1 : bus.replicas;
    for (let slot = 0; slot < slots; slot++) {
      for (const ms of STEPS_MS) {
        fleet.setClock(slot, ms);
        const read = () => fleet.readClock(slot);
        const deadline = performance.now() + SEEN_MS;
        while (!isOff(await read(), ms) && performance.now() < deadline) {
          await pause(500);
        }
        assertOff(await read(), ms);
        await pause(STEP_MS);
      }
    }
    return { clockStep: slots * STEPS_MS.length };
  },
};

/**
 * @param told - what the process takes for the time, in milliseconds since the epoch
 * @throws Error where its clock is not off as it was set: nothing would be tried
 */
export function assertOff(
  told: number | undefined,
  ms: number,
  now = Date.now(),
): void {
  if (isOff(told, ms, now)) return;
  const off = told === undefined ? undefined : told - now;
  throw new Error(
    `The clock of a replica was set off by ${ms} ms and ${off === undefined ? 'the replica ended' : `is off by ${off} ms`}.`,
  );
}

function isOff(
  told: number | undefined,
  ms: number,
  now = Date.now(),
): boolean {
  return told !== undefined && Math.abs(told - now - ms) < NEAR_MS;
}
