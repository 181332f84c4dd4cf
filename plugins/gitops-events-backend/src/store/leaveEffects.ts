import type { Knex } from 'knex';
import type { ActionOutcome } from '@gitops-events/plugin-gitops-events-node';
import { wakeRuns } from './wakeRuns';

/** Sends effects back to their runs, each with an outcome, and wakes those. */
export async function leaveEffects(
  tx: Knex,
  leavers: Array<{
    effect: { effectId: string; runId: string };
    outcome: ActionOutcome;
  }>,
  now: number,
): Promise<void> {
  for (const { effect, outcome } of leavers) {
    await tx('effects')
      .where({ effect_id: effect.effectId })
      .update({ state: 'left', outcome: JSON.stringify(outcome) });
  }
  await wakeRuns(
    tx,
    leavers.map(({ effect }) => effect.runId),
    now,
  );
}
