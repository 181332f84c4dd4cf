import type { HeldView } from '@gitops-events/plugin-gitops-events-common';

const byOldest = (a: Cause, b: Cause) =>
  a.oldestAt.localeCompare(b.oldestAt) || a.cause.localeCompare(b.cause);

/** Runs held for the same cause: one decision may fit them all. */
export interface Cause {
  cause: string;
  items: HeldView[];
  /** The first of them speaks for all: same sensor, step and reason code. */
  example: HeldView;
  oldestAt: string;
  newestAt: string;
}

/** Groups what is held by cause; the cause with the oldest run first. */
export function groupByCause(items: readonly HeldView[]): Cause[] {
  const groups = new Map<string, HeldView[]>();
  for (const item of items) {
    const group = groups.get(item.cause);
    if (group) group.push(item);
    else groups.set(item.cause, [item]);
  }
  return [...groups]
    .map(([cause, held]) => toCause(cause, held))
    .sort(byOldest);
}

/** Each run as a group of its own, for those who want to see them one by one. */
export function eachAlone(items: readonly HeldView[]): Cause[] {
  return items.map(item => toCause(item.id, [item])).sort(byOldest);
}

function toCause(cause: string, items: HeldView[]): Cause {
  const times = items.map(item => item.heldAt).sort();
  return {
    cause,
    items,
    example: items[0],
    oldestAt: times[0],
    newestAt: times[times.length - 1],
  };
}
