import type { Knex } from 'knex';
import { chunks } from '../store/chunks';
import { lookedAt } from './lookedAt';
import type { Part } from './parts';
import { removeEvents, standing } from './removeEvents';
import { unsettledAmong, type SweptEvent } from './unsettled';

const LOOKED_AT = 200;

interface OldRun {
  at: number;
  seq: number;
  id: string;
  sensor: string;
  uids: string[];
}

/** Runs whose story is told, with all that is told of them, and their events where nothing else is left of those. */
export const sweepRuns: Part = async (tx, cutoffs, after) => {
  const { stories: cutoff } = cutoffs;
  const found = await tx('runs')
    .where('ended_at', '<=', cutoff)
    .whereRaw('(ended_at, seq) > (?, ?)', [after.at, after.seq])
    .orderBy(['ended_at', 'seq'])
    .limit(LOOKED_AT)
    .select('id', 'seq', 'ended_at', 'sensor', 'event_uid', 'scope');
  const rows: OldRun[] = found.map(row => ({
    at: Number(row.ended_at),
    seq: Number(row.seq),
    id: row.id,
    sensor: row.sensor,
    uids: eventsOf(row),
  }));
  const asked = await stillAsked(tx, rows, cutoff);
  const events = await readEvents(tx, rows);
  const unsettled = await unsettledAmong(tx, events);
  const { going, taken } = lookedAt(rows, {
    after,
    more: rows.length === LOOKED_AT,
    fateOf: ({ id, uids }) =>
      asked.has(id) || uids.some(uid => unsettled.has(uid))
        ? 'stays for now'
        : 'goes',
  });
  await removeRuns(
    tx,
    going.map(({ id }) => id),
  );
  const told = new Set(going.flatMap(({ uids }) => uids));
  const { withRuns, withDecisions } = await standing(tx, [...told]);
  const gone = events.filter(
    ({ uid, acceptedAt }) =>
      told.has(uid) &&
      acceptedAt <= cutoffs.identities &&
      !withRuns.has(uid) &&
      !withDecisions.has(uid),
  );
  await removeEvents(
    tx,
    gone.map(({ uid }) => uid),
  );
  return taken;
};

function eventsOf(row: { event_uid: string; scope: string | null }): string[] {
  const { events = [] } = row.scope ? JSON.parse(row.scope) : {};
  const uids = events.map(({ uid }: { uid: string }) => uid);
  return [...new Set<string>([row.event_uid, ...uids])];
}

/** Runs that something open refers to: a change, a revert, a key that is held, an earlier run of the sensor. */
async function stillAsked(
  tx: Knex,
  rows: OldRun[],
  cutoff: number,
): Promise<Set<string>> {
  const asked = new Set<string>();
  for (const some of chunks(rows.map(({ id }) => id))) {
    const inChanges: string[] = await tx('effects')
      .join('changes', 'changes.id', 'effects.change_id')
      .whereIn('effects.run_id', some)
      .where(open =>
        open
          .whereNull('changes.ended_at')
          .orWhere('changes.ended_at', '>', cutoff),
      )
      .pluck('effects.run_id');
    const holdKeys: string[] = await tx('reverted_keys')
      .whereIn('run_id', some)
      .pluck('run_id');
    const reverted: string[] = await tx('reverts')
      .join('runs', 'runs.id', 'reverts.run_id')
      .whereIn('reverts.of_run', some)
      .where(young =>
        young.whereNull('runs.ended_at').orWhere('runs.ended_at', '>', cutoff),
      )
      .pluck('reverts.of_run');
    [...inChanges, ...holdKeys, ...reverted].forEach(id => asked.add(id));
  }
  // What an open run would write is compared with what came after it.
  const newest = Math.max(0, ...rows.map(({ seq }) => seq));
  const oldest = await tx('runs')
    .whereIn('state', ['queued', 'waiting', 'running', 'held'])
    .where('seq', '<', newest)
    .min({ seq: 'seq' })
    .first();
  const since = Number(oldest?.seq ?? Infinity);
  for (const { id, seq } of rows) if (seq > since) asked.add(id);
  return asked;
}

async function readEvents(tx: Knex, rows: OldRun[]): Promise<SweptEvent[]> {
  const events: SweptEvent[] = [];
  for (const some of chunks([...new Set(rows.flatMap(({ uids }) => uids))])) {
    const found = await tx('events')
      .whereIn('uid', some)
      .select('uid', 'partition', 'seq', 'accepted_at');
    events.push(
      ...found.map(row => ({
        uid: row.uid,
        partition: row.partition,
        seq: Number(row.seq),
        acceptedAt: Number(row.accepted_at),
      })),
    );
  }
  return events;
}

async function removeRuns(tx: Knex, ids: string[]): Promise<void> {
  for (const some of chunks(ids)) {
    for (const table of ['timeline', 'decisions', 'effects', 'observed']) {
      await tx(table).whereIn('run_id', some).delete();
    }
    await tx('reverts').whereIn('run_id', some).delete();
    await tx('runs').whereIn('id', some).delete();
  }
}
