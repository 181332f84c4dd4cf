import type { Effect } from '../store/effectRow';
import type { Leaver } from './candidate';

/**
 * Sorts out what comes back after a newer value of its change key: it ends
 * superseded, unless a person confirmed it. Pure.
 *
 * @param newest - by change key, the place in order of the newest run
 */
export function sortOutdated(
  effects: Effect[],
  newest: ReadonlyMap<string, number>,
): { current: Effect[]; outdated: Leaver[] } {
  const current: Effect[] = [];
  const outdated: Leaver[] = [];
  for (const effect of effects) {
    const newer = (newest.get(effect.changeKey) ?? 0) > effect.runSeq;
    if (!newer || effect.confirmed) {
      current.push(effect);
    } else {
      outdated.push({
        effect,
        outcome: {
          outcome: 'superseded',
          reason: {
            code: 'superseded',
            message:
              'A newer run of the same change key has written its value meanwhile.',
          },
        },
      });
    }
  }
  return { current, outdated };
}
