import type { Knex } from 'knex';
import { closed, nextLook, type Breaker } from '../breaker/breaker';
import { presentTime } from '../presentTime';
import { chunks } from './chunks';
import { isPostgres } from './clock';
import { optionalNumber } from './runRow';

/** One that was made for a failure, and never counted it, is forgotten after this. */
const UNWRITTEN_MS = 60_000;

export interface BreakerKey {
  sensor: string;
  /** Empty, or the target or entity that it stands for. */
  scope: string;
}

/** A row of `breakers`, typed. */
export interface BreakerRow extends BreakerKey {
  breaker: Breaker;
  lookAt?: number;
  version: number;
}

export function breakerRowOf(row: Record<string, any>): BreakerRow {
  return {
    sensor: row.sensor,
    scope: row.scope,
    breaker: JSON.parse(row.value),
    lookAt: optionalNumber(row.look_at),
    version: Number(row.version),
  };
}

export const breakerText = ({ sensor, scope }: BreakerKey): string =>
  `${sensor} ${scope}`;

/** Breakers that are not closed. Sensors without any cost one look at an index. */
export async function readOpenBreakers(
  knex: Knex,
  keys: BreakerKey[],
): Promise<BreakerRow[]> {
  const rows = [];
  for (const some of chunks(keys)) {
    rows.push(...(await among(knex, some).whereNot({ state: 'closed' })));
  }
  return rows.map(breakerRowOf);
}

/**
 * Locks breakers until the transaction ends, in sorted order: those that are
 * not closed, and those that are about to fail, which are made when missing.
 */
export async function lockBreakers(
  tx: Knex,
  keys: BreakerKey[],
  failing: BreakerKey[] = [],
): Promise<BreakerRow[]> {
  for (;;) {
    await makeMissing(tx, failing);
    const rows = await lockKept(tx, keys, failing);
    const locked = new Set(rows.map(breakerText));
    // One that was there a moment ago may have been forgotten by whoever had its lock.
    if (failing.every(key => locked.has(breakerText(key)))) return rows;
  }
}

async function makeMissing(tx: Knex, failing: BreakerKey[]): Promise<void> {
  const now = presentTime();
  const missing = inOrder(failing).map(({ sensor, scope }) => ({
    sensor,
    scope,
    value: JSON.stringify(closed),
    state: closed.state,
    look_at: now + UNWRITTEN_MS,
    // Unlike any that a person may have seen of one that was forgotten.
    version: Math.floor(now / 1_000),
  }));
  for (const some of chunks(missing)) {
    await tx('breakers').insert(some).onConflict(['sensor', 'scope']).ignore();
  }
}

async function lockKept(
  tx: Knex,
  keys: BreakerKey[],
  failing: BreakerKey[],
): Promise<BreakerRow[]> {
  const wanted = new Set(failing.map(breakerText));
  const rows: BreakerRow[] = [];
  for (const some of chunks(inOrder(keys))) {
    const found = await among(tx, some)
      .where(which => {
        which.whereNot({ state: 'closed' });
        const fails = some.filter(key => wanted.has(breakerText(key)));
        if (fails.length > 0)
          which.orWhereIn(['sensor', 'scope'], pairs(fails));
      })
      .orderBy(['sensor', 'scope'])
      .modify(query => {
        if (isPostgres(tx)) query.forUpdate();
      });
    rows.push(...found.map(breakerRowOf));
  }
  return rows;
}

/** Writes a locked breaker. */
export async function writeBreaker(
  tx: Knex,
  row: BreakerRow,
  breaker: Breaker,
  /** When it is looked at; by default when the breaker says. */
  lookAt: number | undefined = nextLook(breaker),
): Promise<void> {
  await tx('breakers')
    .where({ sensor: row.sensor, scope: row.scope })
    .update({
      value: JSON.stringify(breaker),
      state: breaker.state,
      probe: (breaker.state === 'halfOpen' && breaker.probe) || null,
      look_at: lookAt ?? null,
      version: row.version + 1,
    });
}

function among(knex: Knex, keys: BreakerKey[]) {
  return knex('breakers').whereIn(['sensor', 'scope'], pairs(keys));
}

function pairs(keys: BreakerKey[]) {
  return keys.map(({ sensor, scope }) => [sensor, scope]);
}

function inOrder(keys: BreakerKey[]): BreakerKey[] {
  const byText = new Map(keys.map(key => [breakerText(key), key]));
  return [...byText.keys()].sort().map(text => byText.get(text)!);
}
