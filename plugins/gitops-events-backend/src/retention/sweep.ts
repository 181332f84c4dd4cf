import type { Knex } from 'knex';
import { nowSql } from '../store/clock';

/**
 * How far a sweep through the tables has come.
 *
 * One row for all replicas. To claim it is to set its due time ahead, so that
 * one of them sweeps at a time, and a dead one's work is due again (ADR 0007).
 * Each batch is one transaction, which begins by counting the version up where
 * it is still the claimed one: whoever lost the claim changes nothing.
 */
export interface Sweep {
  version: number;
  /** Index of the part that is swept. */
  part: number;
  /** Behind which row to go on; undefined at the begin of a part. */
  after?: Place;
  /** Before the first row that this sweep passed over for now. */
  kept?: Place;
  /** Where the next sweep of each part begins. */
  begins: Record<string, Place>;
}

/** Of a row, in the order of its part. */
export interface Place {
  /** Milliseconds since the epoch; 0 where the order is by number alone. */
  at: number;
  seq: number;
}

/** Another replica took the sweep over; nothing of the batch is kept. */
export class SweepMoved extends Error {}

/** Takes the sweep for `claimMs`; undefined when it is not due, or somebody else's. */
export async function claimSweep(
  knex: Knex,
  claimMs: number,
): Promise<Sweep | undefined> {
  const now = nowSql(knex);
  const [row] = await knex('retention')
    .where({ id: 1 })
    .whereRaw(`due_at <= ${now}`)
    .update({
      due_at: knex.raw(`${now} + ?`, [claimMs]),
      version: knex.raw('version + 1'),
    })
    .returning(['version', 'place']);
  if (!row) return undefined;
  const {
    part = 0,
    begins = {},
    ...rest
  } = row.place ? JSON.parse(row.place) : {};
  return { ...rest, part, begins, version: Number(row.version) };
}

/**
 * First in the transaction of a batch: nobody else erases, and no replay is
 * made, until it has ended.
 *
 * @throws SweepMoved when it is no longer ours
 */
export async function lockSweep(tx: Knex, { version }: Sweep): Promise<void> {
  const written = await tx('retention')
    .where({ id: 1, version })
    .update({ version: version + 1 });
  if (written === 0) throw new SweepMoved();
}

/** Last in the transaction of a batch. */
export async function keepSweep(
  tx: Knex,
  { version: _, ...place }: Sweep,
  next: { dueInMs: number; erasedUntil?: number },
): Promise<void> {
  const { dueInMs, erasedUntil = 0 } = next;
  await tx('retention')
    .where({ id: 1 })
    .update({
      place: JSON.stringify(place),
      due_at: tx.raw(`${nowSql(tx)} + ?`, [dueInMs]),
      ...(erasedUntil > 0 && {
        erased_until: tx.raw(
          'case when coalesce(erased_until, 0) < ? then ? else erased_until end',
          [erasedUntil, erasedUntil],
        ),
      }),
    });
}

/** What one batch of a part did. */
export interface Taken {
  /** The last row that was looked at; undefined when none was. */
  last?: Place;
  /** Before the first row that was passed over for now. */
  kept?: Place;
  /** Whether there may be more rows that are due. */
  more: boolean;
  /** Rows erased. */
  erased: number;
  /** Accepted time of the newest event of which something was erased. */
  erasedUntil?: number;
}

export const begin: Place = { at: 0, seq: 0 };

/** Where the next batch goes on. Pure. */
export function afterBatch(
  sweep: Sweep,
  taken: Taken,
  parts: readonly string[],
): { sweep: Sweep; ended: boolean } {
  const name = parts[sweep.part];
  const kept = sweep.kept ?? taken.kept;
  const last = taken.last ?? sweep.after ?? sweep.begins[name] ?? begin;
  if (taken.more) {
    return { sweep: { ...sweep, after: last, kept }, ended: false };
  }
  const next = sweep.part + 1;
  return {
    sweep: {
      version: sweep.version,
      part: next % parts.length,
      begins: { ...sweep.begins, [name]: kept ?? last },
    },
    ended: next === parts.length,
  };
}
