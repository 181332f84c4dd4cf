import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { giveProbeBack } from '../breaker/settleBreakers';
import { lockSlots } from '../concurrency/lockSlots';
import { slotOf, slotTopic, topicOf } from '../concurrency/slotOf';
import { transition, type RunInput } from '../pipeline/transitions';
import { presentTime } from '../presentTime';
import { completeRuns } from '../store/completeRuns';
import { wakeNext } from '../store/parkRuns';
import { readSensorRevision } from '../store/readSensorRevision';
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
  const now = presentTime();
  const releases = input.input === 'release';
  const slot =
    run.slot ?? (releases ? await slotOnRelease(tx, run) : undefined);
  const topic = slot === undefined ? slotTopic(run) : topicOf(slot);
  const asksForSlot = run.gated || slot !== undefined;
  if (asksForSlot) await lockSlots(tx, [topic]);
  const written = await completeRuns(tx, [
    {
      run: {
        ...run,
        ...rest,
        slot,
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
  if (asksForSlot && next.leavesLane) await wakeNext(tx, topic);
  if (releases) {
    // The person's decision is what the gates would have asked for.
    await tx('runs').where({ id: run.id }).update({ gated: false });
  }
}

/**
 * Nobody asks whether there is a place for a run that a person released, but
 * it takes one, so that others wait for it. Where its key is not told yet, its
 * first step says which.
 */
async function slotOnRelease(tx: Knex, run: Run): Promise<string | undefined> {
  const sensor = await readSensorRevision(tx, run.sensor, run.revision);
  if (!sensor) return undefined;
  const { concurrency, window } = sensor.spec;
  const isTold = run.scope.params !== undefined || window !== undefined;
  return concurrency?.key === undefined || isTold
    ? slotOf(run, sensor)?.slot
    : undefined;
}
