import type { Knex } from 'knex';
import { nowSql } from './clock';
import { reasonCode } from './reasonCode';

/**
 * Makes runs due that wait for the end of a freeze, which may be another one
 * now. Changes look again by themselves.
 */
export async function wakeFrozen(knex: Knex): Promise<void> {
  await knex('runs')
    .where({ state: 'queued' })
    .whereRaw(`${reasonCode(knex, 'runs')} = 'freeze'`)
    .update({
      topic: null,
      due_at: knex.raw(nowSql(knex)),
      version: knex.raw('version + 1'),
    });
}
