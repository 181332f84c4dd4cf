import type { Knex } from 'knex';
import { changeOf, type Change } from './changeRow';

/** Changes of these keys that wait for a person, not for checks of their host, and are not being closed, by change key; the newest where there are several. */
export async function readOpenChanges(
  knex: Knex,
  changeKeys: string[],
): Promise<Map<string, Change>> {
  const open = new Map<string, Change>();
  for (let start = 0; start < changeKeys.length; start += 500) {
    const rows = await knex('changes')
      .whereIn('change_key', changeKeys.slice(start, start + 500))
      .where({ state: 'waiting', checking: false })
      .orderBy('seq');
    for (const change of rows.map(changeOf)) {
      const closing = change.asked && change.asked.what !== 'merge';
      if (!closing) open.set(change.changeKey!, change);
    }
  }
  return open;
}
