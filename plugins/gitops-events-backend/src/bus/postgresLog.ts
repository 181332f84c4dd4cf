import type { Knex } from 'knex';
import { eventColumns, eventFromRow, type EventRow } from '../store/eventRow';
import { prepared } from '../store/prepared';
import type {
  BusPosition,
  EventBatch,
} from '@gitops-events/plugin-gitops-events-node';
import { countsOf, type PartitionLog } from './partitionLog';
import {
  parsePosition,
  parseSnapshot,
  type SnapshotPosition,
} from './snapshotPosition';

type Row = EventRow & { xid: string };

/** Reads by pairs of snapshots; {@link SnapshotPosition} says why. */
export function postgresLog(knex: Knex, system: string): PartitionLog {
  return {
    async next({ partition, from, limit }) {
      const before = from === undefined ? undefined : parsePosition(from);
      if (before && !isExhausted(before)) {
        const { rows } = await select(knex, { partition, ...before, limit });
        if (rows.length > 0) return found(before, rows, limit);
      }
      const older = before?.newer;
      const { rows, newer } = await select(knex, { partition, older, limit });
      if (newer.system !== system) throw anotherDatabase();
      if (older === newer.snapshot) return { position: from };
      return found({ system, older, newer: newer.snapshot }, rows, limit);
    },

    async lag({ partition, from, atMost }) {
      const before = from === undefined ? undefined : parsePosition(from);
      const count = (range: Range) =>
        countRows(knex, { partition, limit: atMost, ...range });
      const rest =
        before && !isExhausted(before) ? await count({ ...before }) : 0;
      const more = await count({ older: before?.newer });
      return Math.min(rest + more, atMost);
    },

    async lagBy({ partition, from, atMost }) {
      const before = from === undefined ? undefined : parsePosition(from);
      const ranges: Range[] = [
        ...(before && !isExhausted(before) ? [before] : []),
        { older: before?.newer },
      ];
      const counts = new Map<string, number>();
      let left = atMost;
      for (const range of ranges) {
        const what = { partition, limit: left, ...range };
        for (const [principal, count] of await countRowsBy(knex, what)) {
          counts.set(principal, (counts.get(principal) ?? 0) + count);
          left -= count;
        }
      }
      return counts;
    },
  };
}

/** All that `newer` sees was given: the next pair begins where this one ended. */
function isExhausted({ older, newer }: SnapshotPosition): boolean {
  return older === newer;
}

function found(
  { system, older, newer }: SnapshotPosition,
  rows: Row[],
  limit: number,
): { batch?: EventBatch; position: BusPosition } {
  const last = rows.length < limit ? undefined : rows[rows.length - 1];
  const next = JSON.stringify(
    last
      ? { system, older, newer, reached: { xid: last.xid, seq: `${last.seq}` } }
      : { system, older: newer, newer },
  );
  return rows.length === 0
    ? { position: next }
    : { batch: { events: rows.map(eventFromRow), next }, position: next };
}

function anotherDatabase(): Error {
  return new Error(
    'The database is another one than at the start, as after a restore. Restart this process.',
  );
}

/** Events between two snapshots; without `newer`, up to what this statement sees. */
interface Range {
  older?: string;
  newer?: string;
  reached?: SnapshotPosition['reached'];
}

interface Selected {
  rows: Row[];
  /** What the statement saw. */
  newer: { snapshot: string; system: string };
}

async function select(
  knex: Knex,
  options: Range & { partition: string; limit: number },
): Promise<Selected> {
  const { sql, bindings } = betweenSnapshots(options);
  const rows = await (options.newer === undefined
    ? prepared(knex, nameOf(options), sql, bindings)
    : // Planned with its values: between ranges that it does not know, the
      // planner expects few rows and would sort a whole backlog for each read.
      knex.raw(sql, bindings).then(result => result.rows));
  const { snapshot, system } = rows[0];
  return {
    rows: rows.filter((row: Row) => row.uid),
    newer: { snapshot, system },
  };
}

/** No payload is read for it. */
async function countRows(
  knex: Knex,
  options: Range & { partition: string; limit: number },
): Promise<number> {
  const { sql, bindings } = rangesOf(options, 'xid, seq');
  const { rows } = await knex.raw(
    `select count(*) as count from (select 1 from (${sql}) found limit ?) counted`,
    [...bindings, options.limit],
  );
  return Number(rows[0].count);
}

async function countRowsBy(
  knex: Knex,
  options: Range & { partition: string; limit: number },
): Promise<ReadonlyMap<string, number>> {
  const { sql, bindings } = rangesOf(options, 'xid, seq, principal');
  const { rows } = await knex.raw(
    `select principal, count(*) as count
     from (select principal from (${sql}) found limit ?) counted group by principal`,
    [...bindings, options.limit],
  );
  return countsOf(rows);
}

/** Names the text of the statement that reads up to now: it has a second range for what was open. */
function nameOf({ older }: Range): string {
  const open = older !== undefined && parseSnapshot(older).open.length > 0;
  return open ? 'read_log_open' : 'read_log';
}

/** One statement. Where no newer snapshot is given it is the statement's own. */
export function betweenSnapshots(
  options: Range & { partition: string; limit: number },
): { sql: string; bindings: Array<string | number> } {
  const { sql, bindings } = rangesOf(options, `${eventColumns}, xid`);
  return {
    sql: `
      select found.*, found.xid::text as xid, seen.*
      from (
        select pg_current_snapshot()::text as snapshot,
          system_identifier::text as system from pg_control_system()
      ) seen left join (${sql}) found on true
      order by found.xid, found.seq limit ?`,
    bindings: [...bindings, options.limit],
  };
}

/**
 * First the events of transactions that were open at `older`, by their ids,
 * then those of later ones: each an index range of (partition, xid, seq),
 * already in order.
 */
function rangesOf(
  options: Range & { partition: string; limit: number },
  columns: string,
): { sql: string; bindings: Array<string | number> } {
  const { partition, older, newer, reached, limit } = options;
  const { open, xmax } = older ? parseSnapshot(older) : { open: [], xmax: '0' };
  const until =
    newer === undefined
      ? {
          sql: 'and pg_visible_in_snapshot(xid, pg_current_snapshot())',
          bindings: [],
        }
      : {
          sql: 'and xid < ?::xid8 and pg_visible_in_snapshot(xid, ?::pg_snapshot)',
          bindings: [parseSnapshot(newer).xmax, newer],
        };
  const range = (xids: string) => `
    (select ${columns} from events
      where partition = ? and ${xids} and (xid, seq) > (?::xid8, ?::bigint) ${until.sql}
      order by xid, seq limit ?)`;
  const rest = [
    reached?.xid ?? '0',
    reached?.seq ?? '0',
    ...until.bindings,
    limit,
  ];
  const ranges = [range('xid >= ?::xid8')];
  const bindings: Array<string | number> = [partition, xmax, ...rest];
  if (open.length > 0) {
    ranges.unshift(range('xid = any(?::xid8[])'));
    bindings.unshift(partition, `{${open.join(',')}}`, ...rest);
  }
  return { sql: ranges.join(' union all '), bindings };
}
