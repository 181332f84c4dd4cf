import type { Knex } from 'knex';
import { nowSql } from '../store/clock';

/** Rows removed at once, so that nobody waits for a large replay to go. */
export const atOnce = 500;

/**
 * Removes some of what the replay found that ended longest ago, and in the end
 * the replay itself. One that is under way stays, and one with a run that has
 * not ended: a person who reviews a held run still finds what it is of.
 *
 * @returns whether there may be more
 */
export async function forgetReplays(
  knex: Knex,
  keptMs: number,
): Promise<boolean> {
  const replay = await knex('replays')
    .whereIn('state', ['done', 'cancelled', 'failed'])
    .whereRaw(`ended_at <= ${nowSql(knex)} - ?`, [keptMs])
    .whereNotExists(youngRuns(knex, keptMs))
    .orderBy('ended_at')
    .first('id');
  if (!replay) return false;
  const some = knex('replay_findings')
    .where({ replay_id: replay.id })
    .orderBy('seq')
    .limit(atOnce)
    .select('seq');
  const removed = await knex('replay_findings').whereIn('seq', some).delete();
  if (removed < atOnce) await knex('replays').where({ id: replay.id }).delete();
  return true;
}

/** Those that have not ended, or not long enough ago. */
function youngRuns(knex: Knex, keptMs: number): Knex.QueryBuilder {
  return (
    knex('runs')
      .select('runs.seq')
      // A literal, so that the index of replayed runs fits.
      .whereRaw('runs.generation > 0 and runs.generation = replays.seq')
      .where(young =>
        young
          .whereNot('runs.state', 'ended')
          .orWhereRaw(`runs.ended_at > ${nowSql(knex)} - ?`, [keptMs]),
      )
  );
}
