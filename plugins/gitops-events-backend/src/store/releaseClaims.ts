import type { Knex } from 'knex';

/**
 * Gives back the claims of a replica that ended, so that they need not run
 * out. Without a name: all of them, for a store that has one process.
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
        claimed_by: null,
        due_at: 0,
        version: knex.raw('version + 1'),
      });
  }
}
