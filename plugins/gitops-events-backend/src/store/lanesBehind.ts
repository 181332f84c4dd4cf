import type { Knex } from 'knex';
import { prepared } from './prepared';

/**
 * Lanes in which runs are marked to stand behind another one, up to `limit` of
 * them, from the one after `after` on. An index is asked once a lane.
 */
export async function lanesBehind(
  knex: Knex,
  { after, limit }: { after: string; limit: number },
): Promise<string[]> {
  const following = (lane: string) =>
    `(select r.lane from runs r where r.behind and r.blocks_lane and r.lane > ${lane}
      order by r.lane limit 1)`;
  const rows = await prepared(
    knex,
    'lanes_behind',
    `with recursive lanes(lane) as (
       select ${following('?')}
       union all
       select ${following('lanes.lane')} from lanes where lanes.lane is not null)
     select lane from lanes where lane is not null limit ?`,
    [after, limit],
  );
  return rows.map(({ lane }) => lane);
}
