import { lookedAt } from './lookedAt';
import type { Part } from './parts';

const LOOKED_AT = 200;

/** Changes that ended, once the last of their runs is gone. */
export const sweepChanges: Part = async (tx, { stories: cutoff }, after) => {
  const found = await tx('changes')
    .where('seq', '>', after.seq)
    .orderBy('seq')
    .limit(LOOKED_AT)
    .select('id', 'seq', 'created_at', 'ended_at');
  const rows = found.map(row => ({
    at: 0,
    seq: Number(row.seq),
    id: row.id as string,
    createdAt: Number(row.created_at),
    endedAt: row.ended_at === null ? Infinity : Number(row.ended_at),
  }));
  const old = rows.filter(({ endedAt }) => endedAt <= cutoff);
  const ids = old.map(({ id }) => id);
  const carried = new Set<string>(
    await tx('effects').whereIn('change_id', ids).distinct().pluck('change_id'),
  );
  const last = rows.at(-1);
  const { going, taken } = lookedAt(rows, {
    after,
    more: rows.length === LOOKED_AT && last!.createdAt <= cutoff,
    fateOf: ({ id, endedAt }) =>
      endedAt > cutoff || carried.has(id) ? 'stays for now' : 'goes',
  });
  const gone = going.map(({ id }) => id);
  for (const table of [
    'change_revisions',
    'approvals',
    'change_syncs',
    'timeline',
  ]) {
    await tx(table).whereIn('change_id', gone).delete();
  }
  await tx('changes').whereIn('id', gone).delete();
  return taken;
};
