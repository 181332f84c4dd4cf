import type { Knex } from 'knex';
import { chunks } from './chunks';
import { optionalNumber } from './runRow';

const PAGE_SIZE = 500;

/** A row of `change_syncs`: how a merged change arrives at one application. Times in milliseconds since the epoch. */
export interface ChangeSync {
  changeId: string;
  tracker: string;
  application: string;
  commit: string;
  /** Whether it is one of all that follow the change. One that was only named may have others beside it. */
  whole: boolean;
  state: 'waiting' | 'syncing' | 'healthy' | 'failed';
  message?: string;
  url?: string;
  startedAt: number;
  deadline: number;
  endedAt?: number;
  /** Since when a stop keeps it from being asked for; its deadline stands still. */
  stoppedAt?: number;
  /** As last seen, it makes no progress: degraded, failed, gone. */
  stuck?: boolean;
}

/** Names a sync. */
export function syncText({
  changeId,
  tracker,
  application,
}: Pick<ChangeSync, 'changeId' | 'tracker' | 'application'>): string {
  return JSON.stringify([changeId, tracker, application]);
}

const syncOf = (row: any): ChangeSync => ({
  changeId: row.change_id,
  tracker: row.tracker,
  application: row.application,
  commit: row.commit,
  whole: Boolean(row.whole),
  state: row.state,
  message: row.message ?? undefined,
  url: row.url ?? undefined,
  startedAt: Number(row.started_at),
  deadline: Number(row.deadline),
  endedAt: optionalNumber(row.ended_at),
  stoppedAt: optionalNumber(row.stopped_at),
  stuck: Boolean(row.stuck),
});

export async function readSyncs(
  knex: Knex,
  changeId: string,
): Promise<ChangeSync[]> {
  const rows = await knex('change_syncs')
    .where({ change_id: changeId })
    .orderBy('application');
  return rows.map(syncOf);
}

/** One that is not over, with the repository that its change was merged into. */
export type OpenSync = ChangeSync & { repository: string };

/** Of each sync that is not over, so many at a time; none is passed over, however many there are. */
export async function* openSyncs(
  knex: Knex,
  pageSize = PAGE_SIZE,
): AsyncGenerator<OpenSync[]> {
  const start = { changeId: '', tracker: '', application: '' };
  let page: OpenSync[] = [];
  do {
    page = await readOpenSyncs(knex, page.at(-1) ?? start, pageSize);
    if (page.length > 0) yield page;
  } while (page.length === pageSize);
}

async function readOpenSyncs(
  knex: Knex,
  after: Pick<ChangeSync, 'changeId' | 'tracker' | 'application'>,
  limit: number,
): Promise<OpenSync[]> {
  const key = ['s.change_id', 's.tracker', 's.application'];
  const { changeId, tracker, application } = after;
  const rows = await knex('change_syncs as s')
    .join('changes as c', 'c.id', 's.change_id')
    // Spelled out, as the index of those that are open is.
    .whereRaw("s.state in ('waiting', 'syncing')")
    .whereRaw(`(${key.join(', ')}) > (?, ?, ?)`, [
      changeId,
      tracker,
      application,
    ])
    .orderBy(key)
    .limit(limit)
    .select('s.*', 'c.repository');
  return rows.map(row => ({ ...syncOf(row), repository: row.repository }));
}

/** Another time changes nothing, but that one that was named may become one of all. */
export async function insertSyncs(
  tx: Knex,
  syncs: ChangeSync[],
): Promise<void> {
  for (const some of chunks(eachOnce(syncs))) {
    await tx('change_syncs')
      .insert(
        some.map(sync => ({
          change_id: sync.changeId,
          tracker: sync.tracker,
          application: sync.application,
          commit: sync.commit,
          whole: sync.whole,
          state: sync.state,
          started_at: sync.startedAt,
          deadline: sync.deadline,
        })),
      )
      .onConflict(['change_id', 'tracker', 'application'])
      .merge({ whole: tx.raw('change_syncs.whole or excluded.whole') });
  }
}

/** In one order, so that two writers do not wait for each other. */
function eachOnce(syncs: ChangeSync[]): ChangeSync[] {
  const found = new Map<string, ChangeSync>();
  for (const sync of syncs) {
    const name = syncText(sync);
    const before = found.get(name);
    found.set(name, {
      ...(before ?? sync),
      whole: sync.whole || (before?.whole ?? false),
    });
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, sync]) => sync);
}

/** Writes since when a sync stands still, and until when it has. */
export async function saveStandstill(
  tx: Knex,
  { changeId, tracker, application, deadline, stoppedAt }: ChangeSync,
): Promise<void> {
  await tx('change_syncs')
    .where({ change_id: changeId, tracker, application })
    .update({ deadline, stopped_at: stoppedAt ?? null });
}

/** @returns whether it was still open */
export async function updateSync(tx: Knex, sync: ChangeSync): Promise<boolean> {
  const written = await tx('change_syncs')
    .where({
      change_id: sync.changeId,
      tracker: sync.tracker,
      application: sync.application,
    })
    .whereIn('state', ['waiting', 'syncing'])
    .update({
      state: sync.state,
      message: sync.message ?? null,
      url: sync.url ?? null,
      ended_at: sync.endedAt ?? null,
      stuck: sync.stuck ?? false,
    });
  return written === 1;
}
