import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { giveProbeBack } from '../breaker/settleBreakers';
import { lockSlots } from '../concurrency/lockSlots';
import { slotTopic } from '../concurrency/slotOf';
import { transition, type RunInput } from '../pipeline/transitions';
import { completeRuns } from '../store/completeRuns';
import { wakeParked } from '../store/parkRuns';
import type { Run } from '../store/runRow';

/**
 * Moves a run as a person, or a newer run, decided.
 *
 * @throws ConflictError when it may not, or moved meanwhile
 */
export async function moveRun(
  tx: Knex.Transaction,
  run: Run,
  input: RunInput,
  rest: Partial<Run>,
): Promise<void> {
  const next = transition(run.state, input);
  if ('refused' in next) throw new ConflictError(next.refused);
  const now = Date.now();
  const asksForSlot = run.gated || run.slot !== undefined;
  if (asksForSlot) await lockSlots(tx, [slotTopic(run)]);
  const written = await completeRuns(tx, [
    {
      run: {
        ...run,
        ...rest,
        state: next.state,
        end: next.end,
        topic: undefined,
        dueAt: now,
        endedAt: next.state === 'ended' ? now : undefined,
      },
      leavesLane: next.leavesLane,
    },
  ]);
  if (written.size === 0) {
    throw new ConflictError('This run moved on meanwhile. Look at it again.');
  }
  await giveProbeBack(tx, run);
  if (asksForSlot && next.leavesLane) await wakeParked(tx, slotTopic(run), 1);
  if (input.input === 'release') {
    // The person's decision is what the gates would have asked for.
    await tx('runs').where({ id: run.id }).update({ gated: false });
  }
}
