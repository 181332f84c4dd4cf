import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  Standstill,
  StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import {
  EventsLost,
  type EventBroker,
} from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import type { Ingress } from '../../config';
import type { Nudges } from '../../nudges';
import { startLoop, type Loop } from '../../pipeline/loop';
import type { Standstills } from '../../pipeline/standstills';
import { presentTime } from '../../presentTime';
import { addIntakes, releaseIntakes } from '../../store/intakes';
import { partitionFor } from '../partition';
import { Hearing } from './hearing';
import { readableLeft } from './retired';
import { stopIntake } from './stopIntake';
import { IntakeMoved, takeIn } from './takeIn';
import { whileHeld } from './whileHeld';

const POLL_MS = 1_000;
const LEFT_MS = 5_000;

export interface IntakeOptions {
  broker: EventBroker;
  knex: Knex;
  ingresses: ReadonlyArray<Pick<Ingress, 'name' | 'partitions'>>;
  nudges: Nudges;
  standstills: Standstills;
  /** Names this process in leases. */
  replica: string;
  logger: LoggerService;
  /**
   * Milliseconds that a partition stays taken without a sign of its reader.
   * Default 3,000: another replica goes on within that and a look of a second.
   */
  leaseMs?: number;
  /** As {@link Hearing} takes it. Default 10,000. */
  quietMs?: number;
}

export interface IntakeLoop extends Loop {
  /** Partitions whose reader here hears nothing. */
  deaf(): Standstill[];
}

/**
 * Takes what a broker acknowledged into the log: one reader a partition, on
 * whichever replica holds its lease. The lease only spares work; that nothing
 * is taken in twice is the transaction's matter (`takeIn`), so a replica that
 * sleeps through its lease changes nothing.
 */
export function startIntake(options: IntakeOptions): IntakeLoop {
  const { broker, knex, replica, nudges, logger } = options;
  const readers = new Map<string, Loop>();
  const deaf = new Map<string, number>();
  /** Of partitions that the configuration no longer names, those that hold something unread. */
  let left: string[] = [];
  let leftAt = 0;
  const loop = startLoop({
    name: 'intake',
    pollMs: POLL_MS,
    logger,
    turn: async signal => {
      // Who is down says so by its health, not by an error each second.
      if (broker.health().state === 'down') return false;
      const partitions = await broker.partitions();
      await addIntakes(knex, partitions);
      if (performance.now() >= leftAt) {
        left = (await readableLeft(knex, broker, partitions)) ?? left;
        leftAt = performance.now() + LEFT_MS;
      }
      const wanted = new Set([...partitions, ...left]);
      for (const partition of wanted) {
        if (!readers.has(partition) && !signal.aborted) {
          readers.set(partition, startReader(options, partition, deaf));
        }
      }
      for (const [partition, reader] of readers) {
        if (wanted.has(partition)) continue;
        readers.delete(partition);
        await reader.stop();
        deaf.delete(partition);
      }
      return false;
    },
  });
  const nudge = () => {
    loop.nudge();
    for (const reader of readers.values()) reader.nudge();
  };
  const stopListening = nudges.on('intakes', nudge);
  return {
    nudge,
    deaf: () =>
      [...deaf].map(([partition, since]) => ({
        partition,
        message:
          'A probe that was sent through it did not come out again. It is read anew.',
        since: new Date(since).toISOString(),
      })),
    stop: async () => {
      stopListening();
      await loop.stop();
      await Promise.all([...readers.values()].map(reader => reader.stop()));
      await releaseIntakes(knex, replica);
    },
  };
}

function startReader(
  options: IntakeOptions,
  partition: string,
  deaf: Map<string, number>,
): Loop {
  const { standstills, logger } = options;
  return startLoop({
    name: `intake ${partition}`,
    pollMs: POLL_MS,
    logger,
    turn: async signal => {
      try {
        return await readWhileHeld(options, partition, deaf, signal);
      } catch (error) {
        if (error instanceof IntakeMoved) {
          standstills.moved(partition);
          return false;
        }
        standstills.failed(partition, presentTime());
        throw error;
      }
    },
  });
}

/** @returns whether to read on at once */
async function readWhileHeld(
  options: IntakeOptions,
  partition: string,
  deaf: Map<string, number>,
  signal: AbortSignal,
): Promise<boolean> {
  const { broker, knex, replica, standstills, logger } = options;
  const hearing = new Hearing({
    broker,
    partition,
    quietMs: options.quietMs ?? 10_000,
  });
  const found = { deaf: false };
  const isHeld = await whileHeld({
    ...{ knex, table: 'intakes', partition, holder: replica, signal, logger },
    forMs: options.leaseMs,
    check: async () => {
      if (!hearing.check()) {
        found.deaf = true;
        if (!deaf.has(partition)) deaf.set(partition, presentTime());
      }
      return !found.deaf;
    },
    work: async (held, until) => {
      let intake = held;
      try {
        await broker.read({
          ...{ partition, from: intake.position, signal: until },
          onBatch: batch =>
            hearing.while(async () => {
              deaf.delete(partition);
              const taken = await takeIn(
                knex,
                intake,
                batch,
                placeFor(options),
              );
              intake = taken.intake;
              standstills.moved(partition);
              tell(options.nudges, taken.placed);
            }),
        });
      } catch (error) {
        if (!(error instanceof EventsLost)) throw error;
        logger.error(`${partition} stops: ${error.message}`);
        await stopIntake(knex, intake, error.message);
      }
    },
  });
  if (!isHeld) {
    // Somebody else reads it, or a person was told why nobody does.
    deaf.delete(partition);
    standstills.moved(partition);
  }
  return found.deaf;
}

function placeFor({ ingresses }: IntakeOptions) {
  const counts = new Map(
    ingresses.map(({ name, partitions }) => [name, partitions]),
  );
  return ({ acceptedAt, ...event }: StoredEvent) => ({
    event: { ...event, acknowledgedAt: acceptedAt },
    partition: partitionFor(event, counts.get(event.ingress) ?? 1),
  });
}

function tell(nudges: Nudges, placed: Array<{ partition: string }>): void {
  if (placed.length === 0) return;
  for (const each of new Set(placed.map(({ partition }) => partition))) {
    nudges.send(`events ${each}`);
  }
  nudges.send('events');
}
