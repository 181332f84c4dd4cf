import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { EventBatch } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { crashPoint } from '../../pipeline/crashPoint';
import { isBadRow } from '../../store/badRow';
import { endStandstill, inTransaction } from '../../store/inTransaction';
import { insertEvents, type PlacedEvent } from '../../store/insertEvents';
import {
  keepLeftovers,
  moveIntake,
  type Intake,
  type Leftover,
} from '../../store/intakes';
import { isStorable, notStorable } from '../publish';

/** Somebody else moved the partition on: read its position again. */
export class IntakeMoved extends Error {}

/**
 * Takes a batch of a broker's partition into the log, in one transaction with
 * the new position. So nothing is taken in twice, whoever else tries at the
 * same time and wherever the process ends; an identity that is there already
 * is passed over, as at accept. What cannot become an event is kept beside it.
 *
 * @param place - tells the partition of the log that an event goes to
 * @throws IntakeMoved when another replica took it in
 */
export async function takeIn(
  knex: Knex,
  intake: Intake,
  batch: EventBatch,
  place: (event: StoredEvent) => PlacedEvent,
): Promise<{ intake: Intake; placed: PlacedEvent[] }> {
  const sorted = sortOut(batch.events.map(place));
  const leftovers = [...(batch.unreadable ?? []), ...sorted.leftovers];
  const { next } = batch;
  try {
    return await write(knex, intake, { ...sorted, leftovers, next });
  } catch (error) {
    if (!isBadRow(error)) throw error;
  }
  const tried = await tryEach(knex, sorted.placed);
  return write(knex, intake, {
    placed: tried.placed,
    leftovers: [...leftovers, ...tried.leftovers],
    next,
  });
}

function sortOut(placed: PlacedEvent[]) {
  const first = new Map<string, PlacedEvent>();
  const leftovers: Leftover[] = [];
  for (const one of placed) {
    if (!isStorable(one)) leftovers.push(leftover(one, notStorable.message));
    else if (!first.has(one.event.uid)) first.set(one.event.uid, one);
  }
  return { placed: [...first.values()], leftovers };
}

async function write(
  knex: Knex,
  intake: Intake,
  what: { placed: PlacedEvent[]; leftovers: Leftover[]; next: string },
): Promise<{ intake: Intake; placed: PlacedEvent[] }> {
  const { placed, leftovers, next } = what;
  const written = await inTransaction(knex, async tx => {
    // First of all: writers of a partition of the log take turns before they are numbered.
    if (placed.length > 0) await insertEvents(tx, placed);
    const moved = await moveIntake(tx, intake, { position: next });
    if (!moved) throw new IntakeMoved(`${intake.partition} was moved on`);
    await keepLeftovers(tx, intake.partition, leftovers);
    return { intake: moved, placed };
  });
  if (placed.length > 0) crashPoint('intake');
  return written;
}

/** Finds out which of them the database refuses; keeps nothing. */
async function tryEach(knex: Knex, all: PlacedEvent[]) {
  const placed: PlacedEvent[] = [];
  const leftovers: Leftover[] = [];
  for (const one of all) {
    // eslint-disable-next-line no-restricted-syntax -- it never ends well
    const trial = await knex.transaction();
    try {
      await endStandstill(trial);
      await insertEvents(trial, [one]);
      placed.push(one);
    } catch (error) {
      if (!isBadRow(error)) throw error;
      leftovers.push(leftover(one, 'the database refuses one of its values'));
    } finally {
      await trial.rollback();
    }
  }
  return { placed, leftovers };
}

function leftover({ event }: PlacedEvent, reason: string): Leftover {
  const { data, ...attributes } = event;
  return {
    place: `event ${event.uid}`,
    reason,
    record: Buffer.from(
      JSON.stringify({
        ...attributes,
        ...(data && { data_base64: Buffer.from(data).toString('base64') }),
      }),
    ),
  };
}
