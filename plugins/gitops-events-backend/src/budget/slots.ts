/**
 * What was used of a limit of so many units in any span of time. Pure. Units
 * are counted in slots, each a twentieth of the span; a slot counts until even
 * its last moment lies a whole span back, so that no span ever holds more than
 * the limit, wherever it begins.
 */
export interface Slot {
  /** When the slot began, in milliseconds since the epoch. */
  at: number;
  units: number;
}

export interface Limit {
  max: number;
  /** The span, in milliseconds. */
  perMs: number;
}

const SLOTS = 20;

/** When so many units fit: `now`, or later. More than the limit fits when nothing else is used. */
export function fitsAt(
  { max, perMs }: Limit,
  used: Slot[],
  units: number,
  now: number,
): number {
  let left = max - Math.min(units, max);
  const living = stillCounts(used, perMs, now).reverse();
  for (const slot of living) {
    left -= slot.units;
    if (left < 0) return endOf(slot, perMs);
  }
  return now;
}

/** The slots after taking units at `now`; those that count no more are gone. */
export function take(
  { perMs }: Limit,
  used: Slot[],
  units: number,
  now: number,
): Slot[] {
  const living = stillCounts(used, perMs, now);
  const last = living.at(-1);
  const at = Math.floor(now / slotMs(perMs)) * slotMs(perMs);
  // A clock that went back uses the newest slot.
  if (last && last.at >= at) {
    return [...living.slice(0, -1), { at: last.at, units: last.units + units }];
  }
  return [...living, { at, units }];
}

/** The slots when the forge itself said that nothing is to be taken until then. */
export function takeAll(
  { max, perMs }: Limit,
  used: Slot[],
  until: number,
): Slot[] {
  const all = { at: until - perMs - slotMs(perMs), units: max };
  return [...used, all].sort((a, b) => a.at - b.at);
}

/**
 * How far apart takes of so many units should lie: not at all while half of the
 * limit is left, then so that the rest lasts. Milliseconds.
 */
export function pace(
  limit: Limit,
  used: Slot[],
  units: number,
  now: number,
): number {
  const { max, perMs } = limit;
  return inUse(limit, used, now) * 2 <= max ? 0 : (perMs * units) / max;
}

/** The units in use at `now`. */
export function inUse({ perMs }: Limit, used: Slot[], now: number): number {
  return stillCounts(used, perMs, now).reduce(
    (sum, { units }) => sum + units,
    0,
  );
}

function stillCounts(used: Slot[], perMs: number, now: number): Slot[] {
  return used.filter(slot => endOf(slot, perMs) > now);
}

function endOf({ at }: Slot, perMs: number): number {
  return at + slotMs(perMs) + perMs;
}

function slotMs(perMs: number): number {
  return Math.max(1, Math.floor(perMs / SLOTS));
}
