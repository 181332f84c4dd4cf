import { presentTime } from '../presentTime';
import { chunks } from '../store/chunks';
import type { CommitQueue } from '../store/commitQueue';
import { leaveEffects } from '../store/leaveEffects';
import type { Left } from './thinOut';

/** Runs told in one transaction. */
const AT_ONCE = 1_000;

/**
 * Sends effects back to their runs that joined no change, however many. In
 * transactions of their own, so that a storm holds nobody up. Whoever is not told
 * before a crash is pending still and told at the next turn; who got a place in
 * a change meanwhile keeps it.
 */
export async function leavePending(
  commits: CommitQueue,
  leavers: Left[],
): Promise<void> {
  for (const some of chunks(leavers, AT_ONCE)) {
    await commits.run(async tx => {
      const ids = some.map(({ effect }) => effect.effectId);
      const pending = new Set(
        await tx('effects')
          .whereIn('effect_id', ids)
          .where({ state: 'pending' })
          .forUpdate()
          .pluck('effect_id'),
      );
      const left = some.filter(({ effect }) => pending.has(effect.effectId));
      await leaveEffects(tx, left, presentTime());
      return [];
    });
  }
}
