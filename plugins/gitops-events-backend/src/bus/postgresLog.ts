import type { Knex } from 'knex';
import { eventFromRow, type EventRow } from '../store/eventRow';
import type { PartitionLog } from './partitionLog';
import {
  parsePosition,
  parseSnapshot,
  type SnapshotPosition,
} from './snapshotPosition';

type Row = EventRow & { xid: string };

/** Reads by pairs of snapshots; {@link SnapshotPosition} says why. */
export function postgresLog(knex: Knex, system: string): PartitionLog {
  const between = async (
    partition: string,
    position: SnapshotPosition,
    limit: number,
  ): Promise<Row[]> => {
    const late = await lateRows(knex, partition, position, limit);
    if (late.length >= limit) return late;
    const rest = limit - late.length;
    return late.concat(await newRows(knex, partition, position, rest));
  };

  return {
    async next({ partition, from, limit }) {
      let position = from === undefined ? undefined : parsePosition(from);
      let rows = position ? await between(partition, position, limit) : [];
      if (rows.length === 0) {
        const newer = await currentSnapshot(knex, system);
        if (position?.newer === newer) return { position: from };
        position = { system, older: position?.newer, newer };
        rows = await between(partition, position, limit);
      }
      if (rows.length === 0) return { position: JSON.stringify(position) };
      const { xid, seq } = rows[rows.length - 1];
      const next = JSON.stringify({
        ...position,
        reached: { xid, seq: String(seq) },
      });
      return {
        batch: { events: rows.map(eventFromRow), next },
        position: next,
      };
    },

    async lag({ partition, from, atMost }) {
      const position = from === undefined ? undefined : parsePosition(from);
      const newer = await currentSnapshot(knex, system);
      const pairs: SnapshotPosition[] = position
        ? [position, { system, older: position.newer, newer }]
        : [{ system, newer }];
      let count = 0;
      for (const pair of pairs) {
        if (count < atMost) {
          count += (await between(partition, pair, atMost - count)).length;
        }
      }
      return count;
    },
  };
}

async function currentSnapshot(knex: Knex, system: string): Promise<string> {
  const { rows } = await knex.raw(
    `select pg_current_snapshot()::text as snapshot,
       system_identifier::text as system from pg_control_system()`,
  );
  if (rows[0].system !== system) {
    throw new Error(
      'The database is another one than at the start, as after a restore. Restart this process.',
    );
  }
  return rows[0].snapshot;
}

/** Of transactions that were open when `older` was taken, and are seen by `newer`. */
async function lateRows(
  knex: Knex,
  partition: string,
  { older, newer, reached }: SnapshotPosition,
  limit: number,
): Promise<Row[]> {
  const open = older === undefined ? [] : parseSnapshot(older).open;
  if (open.length === 0) return [];
  return select(knex, {
    partition,
    newer,
    reached,
    limit,
    range: 'xid = any(?::xid8[])',
    bindings: [`{${open.join(',')}}`],
  });
}

/** Of transactions that began after `older` was taken, and are seen by `newer`. */
async function newRows(
  knex: Knex,
  partition: string,
  { older, newer, reached }: SnapshotPosition,
  limit: number,
): Promise<Row[]> {
  return select(knex, {
    partition,
    newer,
    reached,
    limit,
    range: 'xid >= ?::xid8',
    bindings: [older === undefined ? '0' : parseSnapshot(older).xmax],
  });
}

async function select(
  knex: Knex,
  options: {
    partition: string;
    newer: string;
    reached: SnapshotPosition['reached'];
    limit: number;
    range: string;
    bindings: string[];
  },
): Promise<Row[]> {
  const { sql, bindings } = betweenSnapshots(options);
  const { rows } = await knex.raw(sql, bindings);
  return rows;
}

/** One index range of (partition, xid, seq), already in order. */
export function betweenSnapshots(options: {
  partition: string;
  newer: string;
  reached: SnapshotPosition['reached'];
  limit: number;
  range: string;
  bindings: string[];
}): { sql: string; bindings: Array<string | number> } {
  const { partition, newer, reached, limit, range, bindings } = options;
  return {
    sql: `
      select *, xid::text as xid from events
      where partition = ? and ${range} and xid < ?::xid8
        and (xid, seq) > (?::xid8, ?::bigint)
        and pg_visible_in_snapshot(xid, ?::pg_snapshot)
      order by events.xid, seq limit ?`,
    bindings: [
      partition,
      ...bindings,
      parseSnapshot(newer).xmax,
      reached?.xid ?? '0',
      reached?.seq ?? '0',
      newer,
      limit,
    ],
  };
}
