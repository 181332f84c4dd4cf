import type { ActionOutcome } from '@gitops-events/plugin-gitops-events-node';
import type { Effect } from '../store/effectRow';
import type { NewestValues } from '../store/newestValues';
import type { Leaver } from './candidate';
import { newerThan, newestOf, type ValueAge } from './valueAge';

/**
 * Sorts out what comes after a newer value of its change key. What is live, or
 * of the same replay, ends superseded unless a person confirmed it. A replay
 * that would put an older value over one that is not its own asks a person,
 * also where the newer one waits beside it and came in later; nothing live ends
 * for a replay that may still be refused. Pure.
 *
 * @param newest - by change key, what is merged or on its way
 */
export function sortOutdated(
  effects: Effect[],
  newest: NewestValues,
): { current: Effect[]; outdated: Leaver[] } {
  const beside = besideEachOther(effects);
  const current: Effect[] = [];
  const outdated: Leaver[] = [];
  for (const effect of effects) {
    const { changeKey, generation, confirmed } = effect;
    // It asks the files themselves what is newer.
    if (effect.input.revert) {
      current.push(effect);
      continue;
    }
    const others = (beside.get(changeKey) ?? []).filter(
      other => generation > 0 && other.generation !== generation,
    );
    const newer = newerThan(
      effect,
      [...(newest.get(changeKey) ?? []), ...others].filter(
        value => value.generation !== generation || !confirmed,
      ),
    );
    if (!newer) current.push(effect);
    else outdated.push({ effect, outcome: outcomeOf(effect, newer) });
  }
  return { current, outdated };
}

/** Why a replay does not write on by itself. */
export const olderValue: Extract<ActionOutcome, { outcome: 'held' }> = {
  outcome: 'held',
  reason: {
    code: 'olderValue',
    message:
      'This replays an older event, and a newer one has written its value since. Release it to put the older value back, or discard it.',
  },
};

function outcomeOf(effect: Effect, newer: ValueAge): ActionOutcome {
  if (effect.generation > 0 && newer.generation !== effect.generation) {
    return olderValue;
  }
  return {
    outcome: 'superseded',
    reason: {
      code: 'superseded',
      message:
        'A newer run of the same change key has written its value meanwhile.',
    },
  };
}

/** By change key, where there are several. */
function besideEachOther(effects: Effect[]): Map<string, ValueAge[]> {
  const byKey = new Map<string, ValueAge[]>();
  for (const effect of effects) {
    byKey.set(
      effect.changeKey,
      newestOf([...(byKey.get(effect.changeKey) ?? []), effect]),
    );
  }
  return byKey;
}
