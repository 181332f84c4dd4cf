import type { Knex } from 'knex';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Effect } from '../store/effectRow';
import { readHolds, type Revert } from '../store/reverts';
import type { Leaver } from './candidate';

/**
 * Sorts out what a revert holds: once a person has taken a value back, later ones
 * of its change key are held until somebody states the root cause. A revert itself
 * is never held by another.
 */
export async function sortReverted(
  knex: Knex,
  effects: Effect[],
): Promise<{ free: Effect[]; held: Leaver[] }> {
  const holds = await readHolds(
    knex,
    effects.map(({ changeKey }) => changeKey),
  );
  const free: Effect[] = [];
  const held: Leaver[] = [];
  for (const effect of effects) {
    const hold = effect.input.revert ? undefined : holds.get(effect.changeKey);
    if (!hold) free.push(effect);
    else {
      const reason = heldByRevert(hold);
      held.push({ effect, outcome: { outcome: 'held', reason } });
    }
  }
  return { free, held };
}

function heldByRevert({ by, comment, runId, ofRun }: Revert): Reason {
  return {
    code: 'reverted',
    message: `${by} took back what an earlier run wrote here: ${comment} State the root cause of that first, then release.`,
    detail: { revert: runId, of: ofRun },
  };
}
