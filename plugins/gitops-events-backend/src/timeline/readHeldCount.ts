import type { Overview } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Access } from '../permissions/access';
import { runOwnedBy } from '../permissions/owners';
import { iso } from './runView';

/** How many runs wait for a person, and since when the first of them does. */
export async function readHeldCount(
  knex: Knex,
  access: Access,
): Promise<Overview['held']> {
  const row: any = await knex('runs')
    .where('runs.state', 'held')
    .modify(query => access.restrict(query, runOwnedBy))
    .count('* as count')
    .min('runs.held_at as oldest')
    .first();
  return {
    count: Number(row.count),
    ...(row.oldest !== null && { oldestAt: iso(Number(row.oldest)) }),
  };
}
