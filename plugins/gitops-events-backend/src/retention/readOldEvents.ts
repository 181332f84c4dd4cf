import type { Knex } from 'knex';
import type { Place } from './sweep';
import type { SweptEvent } from './unsettled';

const LOOKED_AT = 500;

/** The next events that were accepted before the cutoff, in that order, without their payloads. */
export async function readOldEvents(
  tx: Knex,
  { cutoff, after }: { cutoff: number; after: Place },
): Promise<{
  rows: Array<SweptEvent & Place & { hasPayload: boolean }>;
  more: boolean;
}> {
  const found = await tx('events')
    .where('accepted_at', '<=', cutoff)
    .whereRaw('(accepted_at, seq) > (?, ?)', [after.at, after.seq])
    .orderBy(['accepted_at', 'seq'])
    .limit(LOOKED_AT)
    .select(
      'uid',
      'partition',
      'seq',
      'accepted_at',
      tx.raw('case when data is null then 0 else 1 end as has_payload'),
    );
  const rows = found.map(row => ({
    uid: row.uid as string,
    partition: row.partition as string,
    seq: Number(row.seq),
    acceptedAt: Number(row.accepted_at),
    at: Number(row.accepted_at),
    hasPayload: row.has_payload === 1,
  }));
  return { rows, more: rows.length === LOOKED_AT };
}
