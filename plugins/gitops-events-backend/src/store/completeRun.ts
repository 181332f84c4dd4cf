import type { Knex } from 'knex';
import type { Run } from './runRow';

/**
 * Writes what a run came to, if nobody wrote to it since it was read.
 *
 * @returns whether it was written
 */
export async function completeRun(
  tx: Knex,
  run: Run,
  options: { leavesLane: boolean },
): Promise<boolean> {
  const written = await tx('runs')
    .where({ id: run.id, version: run.version })
    .update({
      state: run.state,
      end: run.end ?? null,
      step: run.step,
      attempt: run.attempt,
      scope: run.scope ? JSON.stringify(run.scope) : null,
      steps: JSON.stringify(run.steps),
      reason: run.reason ? JSON.stringify(run.reason) : null,
      topic: run.topic ?? null,
      due_at: run.dueAt,
      claimed_by: null,
      held_at: run.heldAt ?? null,
      ended_at: run.endedAt ?? null,
      version: run.version + 1,
      ...(options.leavesLane && { blocks_lane: false }),
    });
  return written === 1;
}
