import type { EventBus } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { readGeneration } from '../store/activeSet';
import {
  advancePosition,
  readPosition,
  type PartitionPosition,
} from '../store/positions';
import { lockState, writeState } from '../store/sensorState';
import {
  partitionsWithDueTimers,
  readDueTimers,
  setTimers,
  takeTimers,
} from '../store/timers';
import { crashPoint } from './crashPoint';
import { decideEvents } from './decideEvents';

const TIMERS_AT_ONCE = 1_000;

/**
 * Fires the timers of partitions that are quiet; where events come, deciding
 * them fires what is due before each.
 */
export async function fireIdleTimers(context: {
  knex: Knex;
  bus: Pick<EventBus, 'status'>;
}): Promise<void> {
  const { knex, bus } = context;
  // Read before the bus is asked: what is accepted later is not before it.
  const { now } = await readGeneration(knex);
  for (const partition of await partitionsWithDueTimers(knex, now)) {
    const from = await readPosition(knex, partition);
    const positions = new Map(
      from.position === undefined ? [] : [[partition, from.position]],
    );
    const statuses = await bus.status(positions);
    const status = statuses.find(each => each.partition === partition);
    if ((status?.lag ?? 0) === 0) await fire(knex, partition, from, now);
  }
}

async function fire(
  knex: Knex,
  partition: string,
  from: PartitionPosition,
  now: number,
): Promise<void> {
  const clock = Math.max(from.clock, now);
  await knex.transaction(async tx => {
    const { version, position } = from;
    if (!(await advancePosition(tx, partition, version, { position, clock }))) {
      return;
    }
    const due = { partition, until: clock, limit: TIMERS_AT_ONCE };
    const rung = await readDueTimers(tx, due);
    const state = await lockState(tx, rung);
    const timers = await takeTimers(tx, rung, due);
    const decided = decideEvents({
      partition,
      events: [],
      evaluations: [],
      active: { generation: 0, sensors: [], paused: new Set() },
      state,
      timers,
      clock,
      now,
      config: { ingresses: [], boundaries: [], targets: {} },
      owners: new Map(),
    });
    await writeState(tx, decided.stateWrites);
    await setTimers(tx, decided.timers);
  });
  crashPoint('timer');
}
