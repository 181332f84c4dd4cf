import type {
  Reason,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import type { Sensor } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { BreakerGate } from '../breaker/BreakerGate';
import { breakerOf } from '../breaker/breakerOf';
import { keepingSince } from '../breaker/waitsForBreaker';
import { newerRun, SlotGate } from '../concurrency/SlotGate';
import { slotOf } from '../concurrency/slotOf';
import type { GitopsEventsConfig } from '../config';
import { transition, type RunInput } from '../pipeline/transitions';
import { presentTime } from '../presentTime';
import { askSchedule, tellsItsEnvironment } from '../schedule/askSchedule';
import { freezeAt } from '../schedule/freeze';
import { inTransaction } from '../store/inTransaction';
import { appendChain, type ChainRecord } from '../store/chain';
import { stoppedLine } from '../stop/stoppedLine';
import { askStops } from '../stop/waitsForStop';
import { completeRuns } from '../store/completeRuns';
import { letThrough } from '../store/letThrough';
import { parkRuns, type Parked } from '../store/parkRuns';
import type { Run } from '../store/runRow';
import { lockStops, readStops } from '../store/stops';
import { appendTimeline } from '../timeline/append';

/** What a gate says to a run that would begin. */
export type GateAnswer =
  | { answer: 'pass' }
  | ({ answer: 'wait' } & Omit<Parked, 'run'>)
  | { answer: 'hold'; reason: Reason };

export interface AdmitOptions {
  knex: Knex;
  readSensor(name: string, revision: number): Promise<Sensor | undefined>;
  targets: GitopsEventsConfig['targets'];
  /** Where a run lands whose sensor has a window; undefined when it cannot be told. */
  tellTarget(run: Run, sensor: Sensor): Promise<Target | undefined>;
}

/**
 * Lets claimed runs begin, or puts them back: what holds a run back is asked
 * once, before its first step, and what has begun goes on. Each gate answers
 * under its own lock, in the transaction that writes the answer, so that two
 * replicas together let through no more than one would.
 *
 * @returns those that may begin
 */
export async function admitRuns(
  options: AdmitOptions,
  runs: Run[],
  /** Milliseconds since the epoch. */
  now = presentTime(),
): Promise<Run[]> {
  if (runs.length === 0) return [];
  const asked = await Promise.all(
    runs.map(async run => {
      const sensor = await options.readSensor(run.sensor, run.revision);
      return {
        run,
        sensor,
        landing: sensor && (await landingOf(options, run, sensor, now)),
      };
    }),
  );
  return inTransaction(options.knex, async tx => {
    const all = asked.map(({ run, sensor, landing }) => ({
      run,
      landing,
      hours: sensor && askSchedule({ ...options, run: landing!, sensor, now }),
      slot: sensor && slotOf(run, sensor),
      breaker: sensor && breakerOf(run, sensor),
    }));
    // Before all that counts: no place is taken, no probe sent, no time counted.
    const stops = await lockStops(tx);
    // In the order in which those that end runs take them, too.
    const slots = await SlotGate.lock(
      tx,
      all.flatMap(each => each.slot ?? []),
    );
    const breakers = await BreakerGate.lock(
      tx,
      all.flatMap(each => each.breaker ?? []),
    );
    const passed: Run[] = [];
    const parked: Parked[] = [];
    const ended: Run[] = [];
    for (const { run, landing, hours, slot, breaker } of all) {
      let said = askStops(stops, landing ?? run, now);
      const isStopped = said.answer !== 'pass';
      if (!isStopped) said = hours ?? said;
      if (said.answer === 'pass') said = breakers.ask(run, breaker, now);
      if (slot && said.answer === 'pass') {
        said = await slots.ask(run, slot, now);
        if (said.answer !== 'pass') breakers.giveBack(run);
      } else if (slot) {
        slots.leave(slot);
      }
      if (said.answer === 'pass') passed.push(run);
      else if (said.answer === 'wait') {
        // What a stop takes does not count.
        const reason = isStopped ? said.reason : keepingSince(run, said.reason);
        parked.push({ ...said, run: landing ?? run, reason });
      } else ended.push(stopped(run, { input: 'hold' }, said.reason, now));
    }
    for (const run of slots.displaced) {
      ended.push(
        stopped(run, { input: 'end', end: 'cancelled' }, newerRun, now),
      );
      breakers.giveBack(run);
    }
    for (const run of slots.cancelled) breakers.giveBack(run);
    await breakers.write();
    const slotOfRun = new Map(all.map(({ run, slot }) => [run, slot?.slot]));
    const begun = passed
      .filter(run => !slots.displaced.has(run))
      .map(run => ({
        ...run,
        gated: false,
        attempt: 1,
        slot: slotOfRun.get(run),
      }));
    const ids = await letThrough(tx, begun);
    await parkRuns(tx, parked);
    await appendTimeline(
      tx,
      parked.flatMap(one => stoppedLine(one.run, one, now)),
    );
    await writeEnded(tx, ended, slots.records, now);
    await slots.leaveToNext();
    return begun.filter(({ id }) => ids.has(id));
  });
}

/** The run with its target, where the freeze or stop of one may concern it. */
async function landingOf(
  { knex, targets, tellTarget }: AdmitOptions,
  run: Run,
  sensor: Sensor,
  now: number,
): Promise<Run> {
  const matters =
    (await readStops(knex)).length > 0 ||
    Object.values(targets).some(
      ({ freeze = [] }) => freezeAt(freeze, now) !== undefined,
    );
  if (run.target || !matters || !tellsItsEnvironment(sensor)) return run;
  return { ...run, target: await tellTarget(run, sensor) };
}

/** A run that ends, or is held, before it began. */
function stopped(run: Run, input: RunInput, reason: Reason, now: number): Run {
  const next = transition('running', input);
  if ('refused' in next) throw new Error(next.refused);
  return {
    ...run,
    state: next.state,
    end: next.end,
    reason,
    attempt: 0,
    stepStartedAt: undefined,
    heldAt: next.state === 'held' ? now : undefined,
    endedAt: next.state === 'ended' ? now : undefined,
  };
}

async function writeEnded(
  tx: Knex,
  ended: Run[],
  records: ChainRecord[],
  now: number,
): Promise<void> {
  await completeRuns(
    tx,
    ended.map(run => ({ run, leavesLane: true })),
  );
  await appendTimeline(
    tx,
    ended
      .filter(({ state }) => state === 'held')
      .map(({ id, eventUid, reason }) => ({
        kind: 'held',
        eventUid,
        runId: id,
        data: { reason },
        at: now,
      })),
  );
  const stops = ended.map(run => ({
    what: 'run',
    run: run.id,
    event: run.eventUid,
    sensor: run.sensor,
    revision: run.revision,
    outcome: run.end ?? 'held',
    code: run.reason!.code,
  }));
  await appendChain(tx, 'runs', [...records, ...stops], now);
}
