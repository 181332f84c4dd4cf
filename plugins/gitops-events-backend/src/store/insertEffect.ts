import type { Knex } from 'knex';
import type { Effect } from './effectRow';

/** Records that a step wants to change Git. A second time changes nothing. */
export async function insertEffect(tx: Knex, effect: Effect): Promise<void> {
  await tx('effects')
    .insert({
      effect_id: effect.effectId,
      run_seq: effect.runSeq,
      run_id: effect.runId,
      step_id: effect.stepId,
      repository: effect.repository,
      base: effect.base,
      change_key: effect.changeKey,
      state: effect.state,
      input: JSON.stringify(effect.input),
      confirmed: effect.confirmed,
      flush_by: effect.flushBy,
      created_at: effect.createdAt,
    })
    .onConflict('effect_id')
    .ignore();
}
