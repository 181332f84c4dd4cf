import type { Knex } from 'knex';
import { chunks } from '../store/chunks';
import { isPostgres } from '../store/clock';
import { undecidedAmong } from './undecided';

/** An event as sweeping sees it. */
export interface SweptEvent {
  uid: string;
  partition: string;
  seq: number;
  acceptedAt: number;
}

/**
 * Those of these events that something still asks for: no sensor had its say
 * yet, it waits in a window, a run of it has not ended, or a replay is to
 * decide it again.
 *
 * The order of the questions matters: what goes on meanwhile (a replay that
 * ends with runs, an event that is decided) is found by the later one.
 */
export async function unsettledAmong(
  tx: Knex,
  events: SweptEvent[],
): Promise<Set<string>> {
  if (events.length === 0) return new Set();
  return new Set([
    ...(await replayedAmong(tx, events)),
    ...(await undecidedAmong(tx, events)),
    ...(await openAmong(tx, events)),
  ]);
}

async function replayedAmong(
  tx: Knex,
  events: SweptEvent[],
): Promise<string[]> {
  const replays = await tx('replays')
    .whereIn('state', ['running', 'paused'])
    .select('events', 'starts_at', 'ends_at');
  return replays.flatMap(row => {
    const { uids } = JSON.parse(row.events) as { uids?: string[] };
    const named = uids && new Set(uids);
    const from = Number(row.starts_at);
    const to = Number(row.ends_at);
    return events
      .filter(({ uid, acceptedAt }) =>
        named ? named.has(uid) : acceptedAt >= from && acceptedAt <= to,
      )
      .map(({ uid }) => uid);
  });
}

/** One statement, so that an event that leaves its window for a run is in one of them. */
async function openAmong(tx: Knex, events: SweptEvent[]): Promise<string[]> {
  const open: string[] = [];
  const uids = events.map(({ uid }) => uid);
  const replayed = isPostgres(tx)
    ? `select member->>'uid' as uid from runs
         cross join lateral json_array_elements((scope::json)->'events') as member
         where generation > 0 and state <> 'ended' and scope is not null`
    : `select member.value->>'uid' as uid from runs, json_each(scope, '$.events') member
         where generation > 0 and state <> 'ended' and scope is not null`;
  for (const some of chunks(uids)) {
    const marks = some.map(() => '?').join(', ');
    const found = await tx.raw(
      `select event_uid as uid from runs
         where event_uid in (${marks}) and state <> 'ended'
       union
       select decisions.event_uid from decisions
         left join runs on runs.id = decisions.run_id
         where decisions.event_uid in (${marks})
           and (decisions.outcome = 'waiting' or runs.state <> 'ended')
       union
       select uid from (${replayed}) replayed where uid in (${marks})`,
      [...some, ...some, ...some],
    );
    const rows: Array<{ uid: string }> = isPostgres(tx) ? found.rows : found;
    open.push(...rows.map(({ uid }) => uid));
  }
  return open;
}
