import type { Target } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { optionalJson } from './runRow';

/** The different targets of the runs that a change carries; undefined stands for none. */
export async function targetsOfMembers(
  knex: Knex,
  changeId: string,
): Promise<Array<Target | undefined>> {
  const rows = await knex('effects as e')
    .join('runs as r', 'r.id', 'e.run_id')
    .where({ 'e.change_id': changeId, 'e.state': 'member' })
    .distinct('r.target as target');
  return rows.map(({ target }) => optionalJson<Target>(target));
}
