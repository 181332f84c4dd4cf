import type { BusPosition } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { headSql, parseHead, type ChainHead } from './chain';
import { isPostgres, nowSql } from './clock';
import { endsStandstill } from './inTransaction';
import { prepared } from './prepared';

/** How far a partition is decided. */
export interface PartitionPosition {
  /** Counted up by each write; 0 before the first. */
  version: number;
  position?: BusPosition;
  /** Accepted time reached, in milliseconds since the epoch; never goes back. */
  clock: number;
}

export async function readPosition(
  knex: Knex,
  partition: string,
): Promise<PartitionPosition> {
  const row = await knex('positions').where({ partition }).first();
  return {
    version: Number(row?.version ?? 0),
    position: row?.position ?? undefined,
    clock: Number(row?.clock ?? 0),
  };
}

/** What deciding asks for besides, told by the statement that moves the position. */
export interface Advanced {
  /** Of the active set. */
  generation: number;
  /** Milliseconds since the epoch, by the database. */
  now: number;
  /** Of the partition's stream of the chain; whoever moves the position is its one writer. */
  chainHead: ChainHead;
}

/** The stream of the chain that says what was decided of a partition. */
export function chainStream(partition: string): string {
  return `decide:${partition}`;
}

/**
 * Moves a partition on, if nobody did since it was read at `version`. Others wait
 * for whoever does, so one that stands still in its transaction loses it. That is
 * said before the row is locked: who waits here and finds it moved has locked it too.
 *
 * @returns undefined when somebody did
 */
export async function advancePosition(
  tx: Knex,
  partition: string,
  version: number,
  to: { position: BusPosition | undefined; clock: number },
): Promise<Advanced | undefined> {
  const returning = `returning
    (select generation from active_set where id = 1) as generation,
    ${nowSql(tx)} as now,
    ${headSql} as head`;
  const stream = chainStream(partition);
  const position = to.position ?? null;
  const [row] =
    version === 0
      ? await prepared(
          tx,
          'begin_position',
          `insert into positions (partition, version, position, clock)
           values (?, 1, ?, ?) on conflict (partition) do nothing
           ${returning}${isPostgres(tx) ? `, ${endsStandstill}` : ''}`,
          [partition, position, to.clock, stream],
        )
      : await prepared(
          tx,
          'advance_position',
          `update positions set version = version + 1, position = ?, clock = ?
           where partition = ? and version = ?
           ${isPostgres(tx) ? `and (select ${endsStandstill}) is not null` : ''}
           ${returning}`,
          [position, to.clock, partition, version, stream],
        );
  return (
    row && {
      generation: Number(row.generation),
      now: Number(row.now),
      chainHead: parseHead(row.head),
    }
  );
}

/** How far each partition was decided when this was read. */
export interface Position {
  partition: string;
  position: string | undefined;
  /** Accepted time reached, in milliseconds since the epoch. */
  clock: number;
}

/**
 * Read it *before* decisions and runs: an event found decided by it then has
 * all of its rows among those read later, and none can come after.
 */
export async function readPositions(knex: Knex): Promise<Position[]> {
  const rows = await knex('positions').select('partition', 'position', 'clock');
  return rows.map(row => ({
    partition: row.partition,
    position: row.position ?? undefined,
    clock: Number(row.clock),
  }));
}
