import type { Knex } from 'knex';
import { changeOf, type Change } from './changeRow';

/**
 * Changes of these keys that wait for a person, and are not being closed, by
 * change key; the newest where there are several. One that waits for checks of its
 * host is left alone, except for a key that is urgent.
 */
export async function readOpenChanges(
  knex: Knex,
  changeKeys: string[],
  urgent: ReadonlySet<string> = new Set(),
): Promise<Map<string, Change>> {
  const open = new Map<string, Change>();
  for (let start = 0; start < changeKeys.length; start += 500) {
    const rows = await knex('changes')
      .whereIn('change_key', changeKeys.slice(start, start + 500))
      .where({ state: 'waiting' })
      .orderBy('seq');
    for (const change of rows.map(changeOf)) {
      const key = change.changeKey!;
      const closing = change.asked && change.asked.what !== 'merge';
      const alone = change.checking && !urgent.has(key);
      if (!closing && !alone) open.set(key, change);
    }
  }
  return open;
}
