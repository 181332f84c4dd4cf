import { nextCron } from '../schedule/cron';

/** When all that wait are let go: five fields of cron, and where the clock hangs. */
export interface CronReset {
  cron: string;
  timeZone: string;
}

/** The first reset after a moment; mostly the one that was asked for before. */
export function nextReset(
  reset: CronReset | undefined,
): (moment: number) => number {
  if (!reset) return () => Infinity;
  let known = { after: Infinity, next: -Infinity };
  return moment => {
    if (moment < known.after || moment >= known.next) {
      known = { after: moment, next: nextCron(reset, moment) };
    }
    return known.next;
  };
}
