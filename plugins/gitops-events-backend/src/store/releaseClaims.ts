import type { Knex } from 'knex';
import { nowSql } from './clock';
import type { Run } from './runRow';

/**
 * Gives back the claims of a replica that ended, so that they need not run
 * out. Without a name: all of them, for a store that has one process; a run
 * keeps the mark that its claim was lost.
 */
export async function releaseClaims(
  knex: Knex,
  replica: string | undefined,
): Promise<void> {
  for (const table of ['runs', 'changes']) {
    await knex(table)
      .modify(query =>
        replica === undefined
          ? query.whereNotNull('claimed_by')
          : query.where({ claimed_by: replica }),
      )
      .update({
        ...((replica !== undefined || table === 'changes') && {
          claimed_by: null,
        }),
        due_at: 0,
        version: knex.raw('version + 1'),
      });
  }
}

/** Gives back a claim under which nothing was begun, as though it had never been. */
export async function releaseClaim(knex: Knex, run: Run): Promise<void> {
  await knex('runs')
    .where({ id: run.id, version: run.version })
    .update({
      claimed_by: null,
      due_at: knex.raw(nowSql(knex)),
      attempt: run.attempt - 1,
      version: run.version + 1,
    });
}
