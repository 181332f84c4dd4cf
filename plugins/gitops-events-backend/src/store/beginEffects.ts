import type { Knex } from 'knex';
import { presentTime } from '../presentTime';

/** Lets effects be sealed that stood behind another one, at once. A second time changes nothing. */
export async function beginEffects(
  tx: Knex,
  effectIds: string[],
): Promise<void> {
  if (effectIds.length === 0) return;
  await tx('effects')
    .whereIn('effect_id', effectIds)
    .where({ state: 'behind' })
    .update({ state: 'pending', flush_by: presentTime() });
}
