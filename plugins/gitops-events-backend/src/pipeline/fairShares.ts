/** A sensor that has runs due. */
export interface DueSensor {
  sensor: string;
  /** Since when its first one is due. Milliseconds since the epoch. */
  dueAt: number;
  /** 1 high, 0 normal, -1 low. */
  priority: number;
}

/**
 * Of two that are due, the one of higher priority goes first, unless the other
 * is due for so much longer. So none waits for ever: it grows older, and new
 * ones do not. Milliseconds.
 */
const HEAD_START_MS = 60_000;

/**
 * How many runs each sensor may begin now. Pure. A sensor takes no more places
 * than it leaves free, twice that when its priority is high, half of it when it
 * is low: one that storms alone gets half of all, two get a third each, and
 * whoever comes next finds some. While a place is free, a sensor that has none
 * gets it. (Dynamic thresholds, as switches share their buffers.)
 *
 * @param running - places that sensors have, by name
 * @param free - places that nobody has
 */
export function fairShares(
  due: DueSensor[],
  running: ReadonlyMap<string, number>,
  free: number,
): Array<{ sensor: string; take: number }> {
  const has = (sensor: string) => running.get(sensor) ?? 0;
  const level = levelOf(
    due.map(({ sensor, priority }) => ({
      has: has(sensor),
      weight: weightOf(priority),
    })),
    free,
  );
  let left = free;
  return [...due]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ sensor, priority }) => {
      const least = has(sensor) === 0 ? 1 : 0;
      const fair = Math.floor(weightOf(priority) * level) - has(sensor);
      const take = Math.min(Math.max(fair, least), left);
      left -= take;
      return { sensor, take };
    })
    .filter(({ take }) => take > 0);
}

/** Whether a sensor may begin one more, as far as it alone is concerned. */
export function mayBeginOne(
  running: number,
  free: number,
  priority: number,
): boolean {
  return (
    free > 0 &&
    (running === 0 || running + 1 <= weightOf(priority) * (free - 1))
  );
}

/** Places left free once each has its weight times as many. Who has more already keeps them. */
function levelOf(
  sensors: Array<{ has: number; weight: number }>,
  free: number,
): number {
  for (let filling = sensors; ;) {
    const places = filling.reduce((sum, { has }) => sum + has, free);
    const weights = filling.reduce((sum, { weight }) => sum + weight, 1);
    const level = places / weights;
    const below = filling.filter(({ has, weight }) => has < weight * level);
    if (below.length === filling.length) return level;
    filling = below;
  }
}

function weightOf(priority: number): number {
  return 2 ** priority;
}

function rank({ dueAt, priority }: DueSensor): number {
  return dueAt - priority * HEAD_START_MS;
}
