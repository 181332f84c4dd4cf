import type { Knex } from 'knex';
import type { BenchRoom } from '../environment/benchRoom';
import { activity } from './bus/activity';
import { Fleet, type Fault } from './fleet';
import type { OwnClock } from './ownClocks';
import { Recovery, type Progress } from './recovery';
import type { ReplicaStart } from './replicaMessages';
import { Sender } from './sender';
import { settled } from './settled';

/** So long may it take at most until the partitions of who died are decided again. */
const SLOW_MS = 10_000;
/** So long is waited for it before the count begins without it. */
const PATIENCE_MS = 60_000;

/** Who takes part in a chaos run. */
export interface ChaosRun {
  fleet: Fleet;
  sender: Sender;
  recovery: Recovery;
  /** Tells a person what holds the database up now. */
  tellActivity(): Promise<void>;
}

/** Kills by the plan while a sender goes on, until all that was accepted has come to its end. */
export async function killAll(
  room: BenchRoom,
  options: {
    replicas: {
      program: string;
      slots: number;
      complaints?: number;
      /** How many may be dying at a time; undefined: all. */
      dying?: number;
      /** Where each has a clock of its own, one of them. */
      clock?(): OwnClock;
      start(slot: number): ReplicaStart;
    };
    plan: Fault[];
    /** How long a replica may need to come past a named point, in milliseconds. */
    patienceMs: number;
    /** Pause of each sender for an event, in milliseconds. */
    pauseMs: number;
    /** Looks from outside. */
    knex: Knex;
    progress(): Promise<Progress>;
    minAccepted: number;
    /** What else is done to them, once the plan is through. */
    more?(run: ChaosRun): Promise<void>;
    /** From now on everything goes well. */
    calm(): Promise<void>;
  },
): Promise<ChaosRun> {
  const { replicas, plan, patienceMs, pauseMs } = options;
  const { knex, progress, minAccepted } = options;
  const recovery = new Recovery(progress);
  const start = performance.now();
  const tellActivity = async () => {
    const lines = room.postgres ? await activity(knex).catch(String) : [];
    for (const line of lines) room.log(`  ${line}`);
  };
  const fleet = new Fleet({
    ...{ ...replicas, plan, patienceMs },
    onDeath: async (at, time) => {
      const recovered = recovery.died(time);
      room.log(`${((time - start) / 1000).toFixed(1)} s: killed, ${at}`);
      await Promise.race([recovered, pause(SLOW_MS)]);
      const behind = recovery.behind();
      if (performance.now() - time >= SLOW_MS) {
        room.log(`not gone on after ${SLOW_MS / 1000} s: ${behind.join(', ')}`);
        await tellActivity();
      }
      await recovered;
    },
    nextDecision: () => recovery.nextDecision(),
  });
  room.atEnd(() => fleet.stop());
  const running = fleet.run();
  // Before the first one is there, there is no database to look at.
  while (!fleet.door()) await Promise.race([running, pause(20)]);
  recovery.start();
  const sender = new Sender({ door: () => fleet.door(), pauseMs });
  await running;
  room.log(
    `${fleet.deaths.length} kills, ${sender.acknowledged.length} events accepted`,
  );
  const run = { fleet, sender, recovery, tellActivity };
  await options.more?.(run);
  await options.calm();
  while (sender.acknowledged.length < minAccepted) await pause(50);
  // Where nothing new comes, nobody can be seen to go on after the last death.
  await Promise.race([recovery.everyPartition(), pause(PATIENCE_MS)]);
  await sender.stop();
  room.log(
    `${sender.acknowledged.length} events accepted; waiting for the rest`,
  );
  await settled(knex, room.log, sender.acknowledged.length);
  await recovery.stop();
  await pause(2_500);
  return run;
}

export function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
