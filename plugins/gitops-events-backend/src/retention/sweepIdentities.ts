import { lookedAt } from './lookedAt';
import type { Part } from './parts';
import { readOldEvents } from './readOldEvents';
import { removeEvents, standing } from './removeEvents';
import { unsettledAmong } from './unsettled';

/**
 * Events that led to nothing, and that they were here. One that led to a run
 * goes with that.
 */
export const sweepIdentities: Part = async (
  tx,
  { identities: cutoff },
  after,
) => {
  const { rows, more } = await readOldEvents(tx, { cutoff, after });
  const unsettled = await unsettledAmong(tx, rows);
  const uids = rows.map(({ uid }) => uid);
  const { withRuns, withDecisions } = await standing(tx, uids);
  const { going, taken } = lookedAt(rows, {
    after,
    more,
    fateOf({ uid }) {
      if (unsettled.has(uid)) return 'stays for now';
      if (withRuns.has(uid)) return 'is left';
      return withDecisions.has(uid) ? 'stays for now' : 'goes';
    },
  });
  await removeEvents(
    tx,
    going.map(({ uid }) => uid),
  );
  return {
    ...taken,
    erasedUntil: Math.max(0, ...going.map(({ acceptedAt }) => acceptedAt)),
  };
};
