import { lookedAt } from './lookedAt';
import type { Part } from './parts';
import { unsettledAmong } from './unsettled';

const LOOKED_AT = 500;

/**
 * What sensors said that did not fire. What says which events share a run is a
 * part of that run's story, and goes with it.
 */
export const sweepDecisions: Part = async (
  tx,
  { decisions: cutoff },
  after,
) => {
  const found = await tx('decisions')
    .leftJoin('events', 'events.uid', 'decisions.event_uid')
    .where('decisions.seq', '>', after.seq)
    .orderBy('decisions.seq')
    .limit(LOOKED_AT)
    .select(
      'decisions.seq',
      'decisions.event_uid',
      'decisions.run_id',
      'decisions.decided_at',
      'decisions.waited_at',
      'events.seq as event_seq',
      'events.partition',
      'events.accepted_at',
    );
  const rows = found.map(row => ({
    at: 0,
    seq: Number(row.seq),
    uid: row.event_uid as string,
    ofRun: row.run_id !== null,
    decidedAt: Number(row.decided_at),
    insertedAt: Number(row.waited_at ?? row.decided_at),
    event: row.event_seq !== null && {
      uid: row.event_uid as string,
      partition: row.partition as string,
      seq: Number(row.event_seq),
      acceptedAt: Number(row.accepted_at),
    },
  }));
  const old = rows.filter(({ decidedAt }) => decidedAt <= cutoff);
  const unsettled = await unsettledAmong(
    tx,
    old.flatMap(({ event }) => event || []),
  );
  const last = rows.at(-1);
  const { going, taken } = lookedAt(rows, {
    after,
    more: rows.length === LOOKED_AT && last!.insertedAt <= cutoff,
    fateOf({ ofRun, decidedAt, uid }) {
      if (ofRun) return 'is left';
      const stays = decidedAt > cutoff || unsettled.has(uid);
      return stays ? 'stays for now' : 'goes';
    },
  });
  const seqs = going.map(({ seq }) => seq);
  if (seqs.length > 0) {
    await tx('decisions')
      .whereIn('seq', seqs)
      .whereNull('run_id')
      .whereNot('outcome', 'waiting')
      .delete();
  }
  return taken;
};
