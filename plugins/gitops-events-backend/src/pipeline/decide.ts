import type { LoggerService } from '@backstage/backend-plugin-api';
import type { EventBus } from '@gitops-events/plugin-gitops-events-node';
import { presentTime } from '../presentTime';
import { NewerRevisions } from '../store/newerRevisions';
import { readPosition } from '../store/positions';
import { decideBatch, PositionMoved, type DecideContext } from './decideBatch';
import { startLoop, type Loop } from './loop';
import type { Standstills } from './standstills';
import { startTimerLoop } from './timerLoop';

const POLL_MS = 1_000;

export interface DecideOptions extends DecideContext {
  bus: EventBus;
  standstills: Standstills;
  logger: LoggerService;
}

/**
 * Decides what arrives: one reader a partition, each with its own position, so
 * that a storm in one does not stop another. Several replicas may read the
 * same one; whoever commits first decides, and the others step back a moment.
 * Who cannot read a sensor that decides reads none.
 */
export function startDecide(options: DecideOptions): Loop {
  const { bus, sensors, nudges, logger } = options;
  const readers = new Map<string, Loop>();

  const loop = startLoop({
    name: 'decide',
    pollMs: POLL_MS,
    logger,
    turn: async signal => {
      const active = await sensors.refreshUnlessAside();
      // Nothing was ever loaded: what is decided now, no sensor would have seen.
      if (!active || active.generation === 0) return false;
      for (const partition of await bus.partitions()) {
        if (!readers.has(partition) && !signal.aborted) {
          readers.set(partition, startReader(options, partition));
        }
      }
      return false;
    },
  });
  const timers = startTimerLoop(options);
  const stopListening = nudges.on('sensors', loop.nudge);
  return {
    nudge: loop.nudge,
    stop: async () => {
      stopListening();
      await Promise.all([loop.stop(), timers.stop()]);
      await Promise.all([...readers.values()].map(reader => reader.stop()));
    },
  };
}

function startReader(options: DecideOptions, partition: string): Loop {
  const { bus, knex, logger, standstills, sensors } = options;
  return startLoop({
    name: `decide ${partition}`,
    pollMs: POLL_MS,
    logger,
    turn: async signal => {
      if (sensors.standsAside()) return false;
      let position = await readPosition(knex, partition);
      try {
        await bus.read({
          partition,
          from: position.position,
          signal,
          onBatch: async batch => {
            position = await decideBatch(options, partition, position, batch);
            standstills.moved(partition);
          },
        });
      } catch (error) {
        if (error instanceof PositionMoved || error instanceof NewerRevisions) {
          standstills.moved(partition);
          return false;
        }
        standstills.failed(partition, presentTime());
        throw error;
      }
      return false;
    },
  });
}
