import type {
  StopKind,
  StopScope,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { isPostgres } from './clock';
import { prepared } from './prepared';

/** A row of `stops`, typed. Times in milliseconds since the epoch. */
export interface Stop {
  seq: number;
  id: string;
  scope: StopScope;
  reason: string;
  by: string;
  at: number;
  version: number;
  lifted?: { by: string; at: number; comment: string };
}

export function stopOf(row: Record<string, any>): Stop {
  return {
    seq: Number(row.seq),
    id: row.id,
    scope: {
      kind: row.kind as StopKind,
      ...(row.name !== '' && { name: row.name }),
    },
    reason: row.reason,
    by: row.set_by,
    at: Number(row.set_at),
    version: Number(row.version),
    ...(row.lifted_at !== null && {
      lifted: {
        by: row.lifted_by,
        at: Number(row.lifted_at),
        comment: row.comment,
      },
    }),
  };
}

const inForce = (knex: Knex) => knex('stops').whereRaw('lifted_at is null');

/** Stops in force, oldest first. Never remembered: each write outside asks again. */
export async function readStops(knex: Knex): Promise<Stop[]> {
  const sql = `select seq, id, kind, name, reason, set_by, set_at, version,
      lifted_by, lifted_at, comment
    from stops where lifted_at is null order by seq`;
  return (await prepared(knex, 'read_stops', sql, [])).map(stopOf);
}

/**
 * Stops in force, none of which is lifted before the transaction ends.
 *
 * @param as - a `lifter` locks all of them too, in the same order, before it lifts one: of two
 *   who began with their own, each would wait for the other's
 */
export async function lockStops(
  tx: Knex,
  as: 'reader' | 'lifter' = 'reader',
): Promise<Stop[]> {
  const rows = await inForce(tx)
    .orderBy('seq')
    .modify(query => {
      if (!isPostgres(tx)) return;
      if (as === 'lifter') query.forUpdate();
      else query.forShare();
    });
  return rows.map(stopOf);
}

/**
 * Puts a stop in force.
 *
 * @returns undefined where one of the same scope is in force already
 */
export async function insertStop(
  tx: Knex,
  stop: Pick<Stop, 'id' | 'scope' | 'reason' | 'by' | 'at'>,
): Promise<Stop | undefined> {
  const { id, scope, reason, by, at } = stop;
  const [row] = await tx('stops')
    .insert({
      id,
      kind: scope.kind,
      name: scope.name ?? '',
      reason,
      set_by: by,
      set_at: at,
      version: 1,
    })
    .onConflict()
    .ignore()
    .returning('*');
  return row && stopOf(row);
}

export async function readStop(
  knex: Knex,
  id: string,
): Promise<Stop | undefined> {
  const row = await knex('stops').where({ id }).first();
  return row && stopOf(row);
}
