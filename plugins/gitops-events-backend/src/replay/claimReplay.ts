import type { Knex } from 'knex';
import { isPostgres, nowSql } from '../store/clock';
import { replayOf, type Replay } from './replay';

/**
 * Takes the replay that is due for longest. A claim is a `due_at` ahead: when
 * its holder dies, the replay is due again and goes on where it stood.
 */
export async function claimReplay(
  knex: Knex,
  claimMs: number,
): Promise<Replay | undefined> {
  const now = nowSql(knex);
  const due = knex('replays')
    .select('id')
    .where({ state: 'running' })
    .whereRaw(`due_at <= ${now}`)
    .orderBy('due_at')
    .limit(1)
    .modify(query => {
      if (isPostgres(knex)) query.forUpdate().skipLocked();
    });
  const [row] = await knex('replays')
    .where('id', '=', due)
    .update({
      due_at: knex.raw(`${now} + ?`, [claimMs]),
      attempt: knex.raw('attempt + 1'),
      version: knex.raw('version + 1'),
    })
    .returning('*');
  return row && replayOf(row);
}

/** Milliseconds until one is due; undefined when none runs. */
export async function nextDue(knex: Knex): Promise<number | undefined> {
  const row = await knex('replays')
    .where({ state: 'running' })
    .orderBy('due_at')
    .first(knex.raw(`due_at - ${nowSql(knex)} as ms`));
  return row && Math.max(0, Number(row.ms));
}
