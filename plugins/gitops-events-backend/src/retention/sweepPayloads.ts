import { nowSql } from '../store/clock';
import { lookedAt } from './lookedAt';
import type { Part } from './parts';
import { unsettledAmong } from './unsettled';
import { readOldEvents } from './readOldEvents';

/** What events carried. The event stays, and says that its payload is gone. */
export const sweepPayloads: Part = async (tx, { payloads: cutoff }, after) => {
  const { rows, more } = await readOldEvents(tx, { cutoff, after });
  const unsettled = await unsettledAmong(
    tx,
    rows.filter(({ hasPayload }) => hasPayload),
  );
  const { going, taken } = lookedAt(rows, {
    after,
    more,
    fateOf({ uid, hasPayload }) {
      if (!hasPayload) return 'is left';
      return unsettled.has(uid) ? 'stays for now' : 'goes';
    },
  });
  if (going.length === 0) return taken;
  await tx('events')
    .whereIn(
      'uid',
      going.map(({ uid }) => uid),
    )
    .update({ data: null, erased_at: tx.raw(nowSql(tx)) });
  return {
    ...taken,
    erasedUntil: Math.max(...going.map(({ acceptedAt }) => acceptedAt)),
  };
};
