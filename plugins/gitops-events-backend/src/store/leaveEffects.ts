import type { Knex } from 'knex';
import type { ActionOutcome } from '@gitops-events/plugin-gitops-events-node';
import { rowsFrom, withRows } from './rowsFrom';
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
  const columns = { id: 'text', outcome: 'text' } as const;
  await withRows(
    tx,
    'leave_effects',
    `update effects set state = 'left', outcome = v.outcome
     from ${rowsFrom(tx, columns)} where effect_id = v.id`,
    leavers.map(({ effect, outcome }) => ({
      id: effect.effectId,
      outcome: JSON.stringify(outcome),
    })),
  );
  await wakeRuns(
    tx,
    leavers.map(({ effect }) => effect.runId),
    now,
  );
}
