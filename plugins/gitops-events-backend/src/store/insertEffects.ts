import type { Knex } from 'knex';
import { chunks } from './chunks';
import type { Effect } from './effectRow';

/** Records that steps want to change Git. A second time changes nothing. */
export async function insertEffects(
  tx: Knex,
  effects: Effect[],
): Promise<void> {
  for (const some of chunks(effects)) {
    await tx('effects')
      .insert(some.map(rowOf))
      .onConflict('effect_id')
      .ignore();
  }
}

function rowOf(effect: Effect): Record<string, unknown> {
  return {
    effect_id: effect.effectId,
    run_seq: effect.runSeq,
    generation: effect.generation,
    as_of: effect.asOf,
    run_id: effect.runId,
    step_id: effect.stepId,
    repository: effect.repository,
    base: effect.base,
    change_key: effect.changeKey,
    state: effect.state,
    input: JSON.stringify(effect.input),
    outcome: effect.outcome ? JSON.stringify(effect.outcome) : null,
    confirmed: effect.confirmed,
    urgent: effect.urgent ?? false,
    flush_by: effect.flushBy,
    created_at: effect.createdAt,
  };
}
