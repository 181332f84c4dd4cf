import type { LoggerService } from '@backstage/backend-plugin-api';
import type { EventBus } from '@gitops-events/plugin-gitops-events-node';
import { dependenciesOf } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { GitopsEventsConfig } from '../config';
import type { Nudges } from '../nudges';
import { presentTime } from '../presentTime';
import type { ActiveSensor } from '../sandbox';
import { inTransaction } from '../store/inTransaction';
import { acceptedUntil } from '../store/acceptedUntil';
import { readGeneration, type ActiveSet } from '../store/activeSet';
import { readPositions } from '../store/positions';
import { lockState } from '../store/sensorState';
import {
  nextTimer,
  readDueTimers,
  sensorsWithDueTimers,
  takeTimers,
} from '../store/timers';
import type { ActiveSensors } from './activeSensors';
import { crashPoint } from './crashPoint';
import { decideTimers, stateKeysOfTimers } from './decideTimers';
import { startLoop, type Loop } from './loop';
import type { Standstills } from './standstills';
import { nobody, writeDecided } from './writeDecided';

export interface TimerContext {
  knex: Knex;
  bus: Pick<EventBus, 'status'>;
  sensors: ActiveSensors;
  config: Pick<GitopsEventsConfig, 'ingresses' | 'boundaries' | 'targets'>;
  nudges: Nudges;
  standstills: Standstills;
  logger: LoggerService;
}

const POLL_MS = 1_000;
const AT_ONCE = 1_000;

/** Fires timers, on whichever replica comes first. */
export function startTimerLoop(options: TimerContext): Loop {
  return startLoop({
    name: 'timers',
    pollMs: POLL_MS,
    logger: options.logger,
    turn: () => fireDueTimers(options),
  });
}

/**
 * Fires what is due, once everything that was accepted before is decided in
 * the partitions that feed the sensor: a window does not close on an event
 * that is there and merely not read yet. A sensor whose timers cannot be fired
 * stands still alone, and is tried again.
 *
 * @returns true when there may be more, else milliseconds until the next is due
 */
export async function fireDueTimers(
  context: TimerContext,
): Promise<boolean | number> {
  const { knex, bus, sensors, standstills, logger } = context;
  // Read before the bus is asked: what is accepted later is not before it.
  const { now, generation } = await readGeneration(knex);
  const due = await sensorsWithDueTimers(knex, now);
  const next = await nextTimer(knex, now);
  const wait = next === undefined ? false : next - now;
  // Nothing was ever loaded: every sensor would look removed.
  if (due.length === 0 || generation === 0) return wait;

  const active = await sensors.refreshUnlessAside();
  if (!active) return false;
  const reached = await reachedOf(knex, bus, await acceptedUntil(knex, now));
  const byName = new Map(active.sensors.map(sensor => [sensor.name, sensor]));
  let more = false;
  for (const name of due) {
    const sensor = byName.get(name);
    const until = reachedFor(sensor, reached, now);
    const place = `timers of ${name}`;
    try {
      const fired = await fire(context, active, { name, sensor, until });
      more ||= fired === AT_ONCE;
      standstills.moved(place);
    } catch (error) {
      logger.error(`${place}: trying again`, error as Error);
      standstills.failed(place, presentTime());
    }
  }
  return more || wait;
}

/** @returns how many timers fired */
async function fire(
  { knex, config, nudges }: TimerContext,
  active: ActiveSet,
  what: { name: string; sensor: ActiveSensor | undefined; until: number },
): Promise<number> {
  const { name, sensor, until } = what;
  const due = { sensor: name, until, limit: AT_ONCE };
  const [fired, runs] = await inTransaction(knex, async tx => {
    const rung = await readDueTimers(tx, due);
    if (rung.length === 0) return [0, 0];
    const locked = stateKeysOfTimers({ name, sensor, timers: rung });
    const state = await lockState(tx, locked);
    const { generation, now } = await readGeneration(tx);
    // Another set of sensors meanwhile: the next turn has it.
    const stale = generation !== active.generation;
    const timers = stale ? [] : await takeTimers(tx, rung, due);
    const paused = active.paused.has(name);
    const decided = decideTimers({
      name,
      sensor,
      paused,
      timers,
      until,
      locked,
      state,
      now,
      config,
    });
    await writeDecided(tx, {
      chain: { stream: 'timers' },
      decided,
      now,
      claim: nobody,
    });
    return [timers.length, decided.runs.length];
  });
  if (fired > 0) crashPoint('timer');
  if (runs > 0) nudges.send('runs');
  if (fired > 0) nudges.send('timeline');
  return fired;
}

/**
 * Accepted time up to which each partition is decided.
 *
 * @param until - all that was accepted before can be read
 */
async function reachedOf(
  knex: Knex,
  bus: Pick<EventBus, 'status'>,
  until: number,
): Promise<Map<string, number>> {
  const positions = await readPositions(knex);
  const statuses = await bus.status(
    new Map(
      positions.flatMap(({ partition, position }) =>
        position === undefined ? [] : [[partition, position]],
      ),
    ),
  );
  const clocks = new Map(
    positions.map(({ partition, clock }) => [partition, clock]),
  );
  return new Map(
    statuses.map(({ partition, lag }) => [
      partition,
      lag === 0 ? until : (clocks.get(partition) ?? 0),
    ]),
  );
}

/** The slowest of the partitions that feed a sensor. */
function reachedFor(
  sensor: ActiveSensor | undefined,
  reached: ReadonlyMap<string, number>,
  now: number,
): number {
  const ingresses = sensor
    ? dependenciesOf(sensor.definition).map(({ ingress }) => ingress)
    : [undefined];
  const feeds = (partition: string) =>
    ingresses.some(
      ingress => ingress === undefined || partition.startsWith(`${ingress}/`),
    );
  const clocks = [...reached]
    .filter(([partition]) => feeds(partition))
    .map(([, clock]) => clock);
  return Math.min(now, ...clocks);
}
