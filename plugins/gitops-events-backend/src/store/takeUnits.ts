import type { Knex } from 'knex';
import {
  fitsAt,
  pace,
  take,
  takeAll,
  type Limit,
  type Slot,
} from '../budget/slots';
import { isPostgres, nowSql } from './clock';
import { inTransaction } from './inTransaction';

/** Units of a limit that somebody wants. */
export interface Ask {
  limit: Limit & { key: string; title: string };
  units: number;
}

/** The limit that takes longest to have room again, and when that is. */
export interface NoRoom {
  limit: string;
  /** Milliseconds since the epoch, by the database's clock. */
  until: number;
  waitMs: number;
}

/** Takes all of it or nothing. Replicas share what is counted, and one clock. */
export async function takeUnits(
  knex: Knex,
  asks: Ask[],
): Promise<NoRoom | undefined> {
  const wanted = asks.filter(({ units }) => units > 0);
  if (wanted.length === 0) return undefined;
  return inTransaction(knex, async tx => {
    const used = await lockUsed(tx, wanted);
    const now = await present(tx);
    const none = noRoom(wanted, used, now);
    if (none) return none;
    for (const { limit, units } of wanted) {
      const slots = take(limit, used.get(limit.key) ?? [], units, now);
      await save(tx, limit.key, slots);
    }
    return undefined;
  });
}

/** Keeps all replicas from taking any of it for so long: the forge said so. */
export async function closeLimits(
  knex: Knex,
  asks: Ask[],
  afterMs: number,
): Promise<void> {
  if (asks.length === 0) return;
  await inTransaction(knex, async tx => {
    const used = await lockUsed(tx, asks);
    const until = (await present(tx)) + afterMs;
    for (const { limit } of asks) {
      const slots = used.get(limit.key) ?? [];
      await save(tx, limit.key, takeAll(limit, slots, until));
    }
  });
}

/** Locks the rows in one order, so that two who take from the same limits wait in a row. */
async function lockUsed(tx: Knex, asks: Ask[]) {
  const keys = asks.map(({ limit }) => limit.key).sort();
  await tx('host_limits')
    .insert(keys.map(key => ({ key, used: '[]' })))
    .onConflict('key')
    .ignore();
  const rows = tx('host_limits').whereIn('key', keys).orderBy('key');
  return usedOf(await (isPostgres(tx) ? rows.forUpdate() : rows));
}

async function save(tx: Knex, key: string, used: Slot[]): Promise<void> {
  await tx('host_limits')
    .where({ key })
    .update({ used: JSON.stringify(used) });
}

/** Whether all of it would fit now, and how far apart such takes should lie; takes nothing. */
export async function roomFor(
  knex: Knex,
  asks: Ask[],
): Promise<{ none?: NoRoom; paceMs: number }> {
  if (asks.length === 0) return { paceMs: 0 };
  const keys = asks.map(({ limit }) => limit.key);
  const used = usedOf(await knex('host_limits').whereIn('key', keys));
  const now = await present(knex);
  const paces = asks.map(({ limit, units }) =>
    pace(limit, used.get(limit.key) ?? [], units, now),
  );
  return { none: noRoom(asks, used, now), paceMs: Math.max(...paces) };
}

function noRoom(
  asks: Ask[],
  used: ReadonlyMap<string, Slot[]>,
  now: number,
): NoRoom | undefined {
  const waits = asks
    .map(({ limit, units }) => ({
      limit: limit.title,
      until: fitsAt(limit, used.get(limit.key) ?? [], units, now),
    }))
    .sort((a, b) => b.until - a.until);
  const [longest] = waits;
  return longest.until > now
    ? { ...longest, waitMs: longest.until - now }
    : undefined;
}

function usedOf(rows: Array<{ key: string; used: string }>) {
  return new Map(
    rows.map(({ key, used }) => [key, JSON.parse(used) as Slot[]]),
  );
}

async function present(knex: Knex): Promise<number> {
  const [{ now }] = await knex.select(knex.raw(`${nowSql(knex)} as now`));
  return Number(now);
}
