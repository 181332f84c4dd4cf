import type { Knex } from 'knex';
import type { Change } from './changeRow';
import { memberRunIds } from './memberRunIds';

/** Whether the present content of a change replaced that of older runs, rather than being rendered again for its own. */
export async function replacesEarlier(
  knex: Knex,
  { id, revision }: Pick<Change, 'id' | 'revision'>,
): Promise<boolean> {
  const left: string[] = await knex('effects')
    .where({ change_id: id, state: 'left', revision: revision - 1 })
    .whereNotNull('outcome')
    .pluck('outcome');
  const members = await memberRunIds(knex, id);
  return left.some(outcome =>
    members.includes(JSON.parse(outcome).reason?.detail?.run),
  );
}
