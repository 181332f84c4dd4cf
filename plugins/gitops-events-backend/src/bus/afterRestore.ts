import type { Knex } from 'knex';
import { inTransaction } from '../store/inTransaction';
import { knownPartitions } from '../store/partitions';
import { parsePosition } from './snapshotPosition';

/** No transaction of this cluster wrote it. */
const fromTheFuture = 'xid >= pg_snapshot_xmax(pg_current_snapshot())';

/** Older than every transaction, so that every snapshot sees it. */
const LONG_AGO = '3';

/**
 * Transaction ids and snapshots are those of one database cluster. In a dump
 * that was restored into another one they still fit each other, but not what is
 * written from now on. So once, before anything else is: what was decided gets
 * an id that is long ago, what was not gets one of this cluster, and is then
 * read in the order of its numbers. It stops all deciding meanwhile; where
 * there is nothing to adopt, which is at nearly every start, it only looks.
 *
 * @param system - identifies the cluster that we are on
 * @returns partitions that came from another cluster
 */
export async function adoptRestored(
  knex: Knex,
  system: string,
): Promise<string[]> {
  if (!(await isForeign(knex, system))) return [];
  return inTransaction(knex, async tx => {
    // Replicas that start together take turns; the second finds nothing to do.
    await tx.raw('lock table positions in share row exclusive mode');
    // Taken before this transaction has an id, so that the id lies beyond it.
    const { rows } = await tx.raw('select pg_current_snapshot()::text as now');
    const now: string = rows[0].now;
    const adopted: string[] = [];
    for (const partition of await knownPartitions(tx)) {
      const { position } =
        (await tx('positions').where({ partition }).first()) ?? {};
      const foreign = position
        ? await adoptDecided(tx, { partition, position, now, system })
        : await adoptUndecided(tx, partition);
      if (foreign) adopted.push(partition);
    }
    return adopted;
  });
}

async function isForeign(knex: Knex, system: string): Promise<boolean> {
  for (const partition of await knownPartitions(knex)) {
    const { position } =
      (await knex('positions').where({ partition }).first()) ?? {};
    if (position) {
      if (parsePosition(position).system !== system) return true;
    } else {
      const { rows } = await knex.raw(
        `select 1 from events where partition = ? and ${fromTheFuture} limit 1`,
        [partition],
      );
      if (rows.length > 0) return true;
    }
  }
  return false;
}

async function adoptDecided(
  tx: Knex,
  what: { partition: string; position: string; now: string; system: string },
): Promise<boolean> {
  const { partition, now, system } = what;
  const { older, newer, reached, ...position } = parsePosition(what.position);
  if (position.system === system) return false;
  const { rows } = await tx.raw(
    `update events set xid = case
       when pg_visible_in_snapshot(xid, ?::pg_snapshot)
         or pg_visible_in_snapshot(xid, ?::pg_snapshot)
           and (xid, seq) <= (?::xid8, ?::bigint)
       then ?::xid8 else pg_current_xact_id() end
     where partition = ?
     returning 1`,
    [
      older ?? `${LONG_AGO}:${LONG_AGO}:`,
      newer,
      reached?.xid ?? '0',
      reached?.seq ?? '0',
      LONG_AGO,
      partition,
    ],
  );
  await tx('positions')
    .where({ partition })
    .update({
      position: JSON.stringify({ system, older: now, newer: now }),
      version: tx.raw('version + 1'),
    });
  return rows.length > 0;
}

/**
 * Nothing of it was decided; a row from the future can only be another
 * cluster's. The future begins where this very statement looks: what another
 * replica accepted since the transaction began is its present, and may be on
 * its way to being decided.
 */
async function adoptUndecided(tx: Knex, partition: string): Promise<boolean> {
  const { rows } = await tx.raw(
    `update events set xid = pg_current_xact_id()
     where partition = ? and ${fromTheFuture} returning 1`,
    [partition],
  );
  return rows.length > 0;
}
