import type { Knex } from 'knex';
import { chunks } from './chunks';

/** Members of a change that its next revision has no room for wait for another one. */
export async function pendAgain(
  tx: Knex,
  effects: Array<{ effectId: string }>,
): Promise<void> {
  for (const some of chunks(effects)) {
    await tx('effects')
      .whereIn(
        'effect_id',
        some.map(({ effectId }) => effectId),
      )
      .where({ state: 'member' })
      .update({ state: 'pending', change_id: null, revision: null });
  }
}
