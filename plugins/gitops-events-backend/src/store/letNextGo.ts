import type { Knex } from 'knex';
import { isPostgres } from './clock';
import { rowsFrom, withRows } from './rowsFrom';
import { firstOfLane } from './runRow';

/**
 * The first of each of these lanes no longer stands behind another one. Where
 * a lane is empty, neither does that of the next lane, which is true as well.
 *
 * @returns how many did until now
 */
export async function letNextGo(tx: Knex, lanes: string[]): Promise<number> {
  const first = `
    select (${firstOfLane('v')}) from ${rowsFrom(tx, { lane: 'text' })}`;
  const rows = await withRows(
    tx,
    'let_next_go',
    `update runs set behind = false
     where behind and seq ${isPostgres(tx) ? `= any(array(${first}))` : `in (${first})`}
     returning seq`,
    [...new Set(lanes)].map(lane => ({ lane })),
  );
  return rows.length;
}
