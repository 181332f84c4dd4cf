import type { Target } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Change } from '../store/changeRow';
import { optionalJson } from '../store/runRow';
import { readStops, type Stop } from '../store/stops';
import { findStop } from './findStop';

/** The stop in force that keeps a change from being written, or undefined. To be asked right before each call. */
export async function stopOfChange(
  knex: Knex,
  { id, repository }: Pick<Change, 'id' | 'repository'>,
): Promise<Stop | undefined> {
  const stops = await readStops(knex);
  if (stops.length === 0) return undefined;
  const plain = findStop(stops, { repository, targets: [] });
  return plain ?? findStop(stops, { targets: await targetsOf(knex, id) });
}

/** A change may carry runs of several targets; one that is stopped stops it. */
async function targetsOf(
  knex: Knex,
  changeId: string,
): Promise<Array<Target | undefined>> {
  const rows = await knex('effects as e')
    .join('runs as r', 'r.id', 'e.run_id')
    .where({ 'e.change_id': changeId, 'e.state': 'member' })
    .distinct('r.target as target');
  return rows.map(({ target }) => optionalJson<Target>(target));
}
