import { pause } from '../killAll';
import { clockStep } from './clockStep';
import { diskFull } from './diskFull';
import type { Disturbance, Site } from './disturbance';
import { delay, loss, partition } from './network';
import { quorum } from './quorum';
import { brokerKill, databaseRestart } from './restarts';
import { stall } from './stall';

/** In the order in which they are done. */
export const disturbances: Disturbance[] = [
  stall,
  brokerKill,
  quorum,
  databaseRestart,
  delay,
  loss,
  partition,
  clockStep,
  diskFull,
];

/** What was done, and what could not be. `notGoneOn`: after so many of them not every partition was decided again. */
export interface Disturbed {
  faults: Record<string, number>;
  leftOut: Record<string, string>;
}

/** Whether a fault is wanted: by name, or all, or with `--quick` those meant for it. */
export function isChosen(
  { name, quick }: Pick<Disturbance, 'name' | 'quick'>,
  asked: Pick<Site, 'room' | 'bus'> & { only: string[] | undefined },
): boolean {
  if (asked.only) return asked.only.includes(name);
  return !asked.room.quick || quick.includes(asked.bus.name);
}

const PATIENCE_MS = 60_000;

/** @param only - names; undefined: all, or with `--quick` those meant for it */
export async function disturbAll(
  site: Site,
  only: string[] | undefined,
): Promise<Disturbed> {
  const faults: Record<string, number> = {};
  const leftOut: Record<string, string> = {};
  const { room, bus, run } = site;
  const chosen = disturbances.filter(({ name, quick }) =>
    isChosen({ name, quick }, { room, bus, only }),
  );
  for (const { name, cannot, disturb } of chosen) {
    const reason = await cannot(site);
    if (reason) {
      leftOut[name] = reason;
      continue;
    }
    room.log(`${name} ...`);
    Object.assign(faults, await disturb(site));
    const mended = performance.now();
    const goesOn = await Promise.race([
      run.recovery.everyPartition().then(() => true),
      pause(PATIENCE_MS).then(() => false),
    ]);
    const seconds = ((performance.now() - mended) / 1_000).toFixed(1);
    if (!goesOn) faults.notGoneOn = (faults.notGoneOn ?? 0) + 1;
    room.log(
      goesOn
        ? `${name}: decided in each partition ${seconds} s after it was over`
        : `! ${name}: not decided in each partition ${seconds} s after it was over`,
    );
  }
  return { faults, leftOut };
}
