import type { CrashPoint } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import type { Fault } from './fleet';

/**
 * At least as many kills at random moments as at named points, each point as
 * often as the others; where there are fewer kills than points, at some of them.
 */
export function planFaults(
  kills: number,
  points: readonly CrashPoint[],
  random = Math.random,
): Fault[] {
  const rounds = Math.floor(kills / 2 / points.length) || 1;
  const named =
    kills < points.length
      ? mixed(points, random).slice(0, Math.ceil(kills / 2))
      : Array.from({ length: rounds }, () => points).flat();
  const plan: Fault[] = named.map(at => ({
    ...{ at, nth: 1 + Math.floor(random() * 4) },
  }));
  while (plan.length < kills) {
    // A quarter of them while it starts, the others while it works.
    const from = plan.length % 4 === 0 ? 'start' : 'work';
    plan.push({ at: 'random', from, afterMs: random() * 700 });
  }
  // Mixed, so that one kind of fault follows on every other.
  return mixed(plan, random);
}

function mixed<T>(all: readonly T[], random: () => number): T[] {
  return all
    .map(one => ({ one, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}
