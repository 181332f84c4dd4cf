import type { Knex } from 'knex';

/** Members of a change that its next revision has no room for wait for another one. */
export async function pendAgain(
  tx: Knex,
  effects: Array<{ effectId: string }>,
): Promise<void> {
  for (const { effectId } of effects) {
    await tx('effects')
      .where({ effect_id: effectId, state: 'member' })
      .update({ state: 'pending', change_id: null, revision: null });
  }
}
