import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { BreakerGate } from '../breaker/BreakerGate';
import { breakerOf } from '../breaker/breakerOf';
import { transition } from '../pipeline/transitions';
import { appendChain } from '../store/chain';
import { completeRuns } from '../store/completeRuns';
import { parkRuns, type Parked } from '../store/parkRuns';
import type { Run } from '../store/runRow';
import { appendTimeline } from '../timeline/append';

/** What a gate says to a run that would begin. */
export type GateAnswer =
  | { answer: 'pass' }
  | ({ answer: 'wait' } & Omit<Parked, 'run'>)
  | { answer: 'hold'; reason: Reason };

/**
 * Lets claimed runs begin, or puts them back: what holds a run back is asked
 * once, before its first step, and what has begun goes on. Each gate answers
 * under its own lock, in the transaction that writes the answer, so that two
 * replicas together let through no more than one would.
 *
 * @returns those that may begin
 */
export async function admitRuns(
  options: {
    knex: Knex;
    readSensor(name: string, revision: number): Promise<Sensor | undefined>;
  },
  runs: Run[],
): Promise<Run[]> {
  if (runs.length === 0) return [];
  const asked = await Promise.all(
    runs.map(async run => ({
      run,
      sensor: await options.readSensor(run.sensor, run.revision),
    })),
  );
  return options.knex.transaction(async tx => {
    const now = Date.now();
    const breakers = await BreakerGate.lock(
      tx,
      asked.flatMap(
        ({ run, sensor }) => (sensor && breakerOf(run, sensor)) ?? [],
      ),
    );
    const passed: Run[] = [];
    const parked: Parked[] = [];
    const held: Run[] = [];
    for (const { run, sensor } of asked) {
      const answer = sensor
        ? breakers.ask(run, breakerOf(run, sensor), now)
        : ({ answer: 'pass' } as const);
      if (answer.answer === 'pass')
        passed.push({ ...run, gated: false, attempt: 1 });
      else if (answer.answer === 'wait') parked.push({ run, ...answer });
      else held.push(heldRun(run, answer.reason, now));
    }
    await breakers.write();
    await tx('runs')
      .whereIn(
        'id',
        passed.map(({ id }) => id),
      )
      .update({ gated: false, attempt: 1 });
    await parkRuns(tx, parked);
    await holdRuns(tx, held, now);
    return passed;
  });
}

function heldRun(run: Run, reason: Reason, now: number): Run {
  const next = transition('running', { input: 'hold' });
  if ('refused' in next) throw new Error(next.refused);
  return {
    ...run,
    state: next.state,
    reason,
    attempt: 0,
    stepStartedAt: undefined,
    heldAt: now,
  };
}

async function holdRuns(tx: Knex, held: Run[], now: number): Promise<void> {
  if (held.length === 0) return;
  await completeRuns(
    tx,
    held.map(run => ({ run, leavesLane: true })),
  );
  await appendTimeline(
    tx,
    held.map(({ id, eventUid, reason }) => ({
      kind: 'held',
      eventUid,
      runId: id,
      data: { reason },
      at: now,
    })),
  );
  await appendChain(
    tx,
    'runs',
    held.map(run => ({
      what: 'run',
      run: run.id,
      event: run.eventUid,
      sensor: run.sensor,
      revision: run.revision,
      outcome: 'held',
      code: run.reason!.code,
    })),
    now,
  );
}
