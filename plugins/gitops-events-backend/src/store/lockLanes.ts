import type { Knex } from 'knex';
import { isPostgres } from './clock';
import { prepared } from './prepared';

/** The first half of the keys of these locks, which others in the same database must not take. */
const LANE_LOCKS = 0x67_65_6c;
/** So many at most are held at a time, by all together: the server has room for some thousands. */
const LOCKS = 1_024;

/**
 * Lets one transaction at a time add runs to these lanes, until it ends; lanes
 * that share a lock take turns as well. Call it before the runs are numbered,
 * and after all other locks: whoever waits here sees with its next statement
 * what the one before it has added.
 */
export async function lockLanes(tx: Knex, lanes: string[]): Promise<void> {
  if (lanes.length === 0 || !isPostgres(tx)) return;
  await prepared(
    tx,
    'lock_lanes',
    `select count(pg_advisory_xact_lock(${LANE_LOCKS}, key)) from (
       select distinct hashtext(lane) & ${LOCKS - 1} as key
       from json_array_elements_text(?::json) as lanes(lane) order by key) as keys`,
    [JSON.stringify(lanes)],
  );
}
