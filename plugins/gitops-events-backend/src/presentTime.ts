/*
 * Replicas share one clock, the database's: what one writes down as due, another compares with it. Their own clocks may
 * be off or leap, and a lease, a timeout or a pause must not. So the database is asked for its time every few
 * seconds. In between, and while it does not answer, the monotonic clock says whether our own has leapt.
 *
 * The state is one of the process, like the clock that it corrects. Without a database that many share (SQLite) it is
 * never set, and the machine's clock is the one there is.
 */

/** Less than this is the network and the machine, and our own clock is as good. Milliseconds. */
const TOLERATED_MS = 500;

/** What was seen of three clocks at one moment; all in milliseconds, of which `monotonic` begins anywhere. */
export interface ClockReading {
  database: number;
  own: number;
  monotonic: number;
  /** How far `database` may be off, because the answer took that long. */
  uncertain: number;
}

let reading: ClockReading | undefined;

/** From now on the time is told by it. */
export function setClock(read: ClockReading): void {
  reading = read;
}

/** The present time by the clock that replicas share, in milliseconds since the epoch. */
export function presentTime(): number {
  const now = { own: Date.now(), monotonic: performance.now() };
  return reading ? timeBy(reading, now) : now.own;
}

/** Pure. Our own clock, set right where it is off or has leapt since it was read. */
export function timeBy(
  last: ClockReading,
  now: Pick<ClockReading, 'own' | 'monotonic'>,
): number {
  const counted = last.own + (now.monotonic - last.monotonic);
  const hasLeapt = Math.abs(now.own - counted) > TOLERATED_MS;
  const off = last.database - last.own;
  const isOff = Math.abs(off) > TOLERATED_MS + last.uncertain;
  return Math.floor((hasLeapt ? counted : now.own) + (isOff ? off : 0));
}
