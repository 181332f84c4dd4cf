import type { Knex } from 'knex';
import type { Change } from '../store/changeRow';
import { readStops, type Stop } from '../store/stops';
import { targetsOfMembers } from '../store/targetsOfMembers';
import { findStop } from './findStop';

/** The stop in force that keeps a change from being written, or undefined. To be asked right before each call. */
export async function stopOfChange(
  knex: Knex,
  { id, repository }: Pick<Change, 'id' | 'repository'>,
): Promise<Stop | undefined> {
  const stops = await readStops(knex);
  if (stops.length === 0) return undefined;
  const plain = findStop(stops, { repository, targets: [] });
  // A change may carry runs of several targets; one that is stopped stops it.
  return (
    plain ?? findStop(stops, { targets: await targetsOfMembers(knex, id) })
  );
}
