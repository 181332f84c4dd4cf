import type { Knex } from 'knex';

/** What the database knows of, in changes and what waits for one. */
export async function insertKnownRepositories(
  tx: Knex,
  restoreId: number,
): Promise<void> {
  const known = await tx('changes')
    .select('repository')
    .union(tx('effects').select('repository'));
  for (const { repository } of known) {
    await tx('restored_repositories')
      .insert({ repository, restore_id: restoreId, settled: false })
      .onConflict('repository')
      .merge();
  }
}

/**
 * Notes one that the database did not know of when it was restored.
 *
 * @returns `new`; else whether its pull requests were looked for
 */
export async function noteRepository(
  tx: Knex,
  restoreId: number,
  repository: string,
): Promise<'new' | 'unsettled' | 'settled'> {
  const added = await tx('restored_repositories')
    .insert({ repository, restore_id: restoreId, settled: false })
    .onConflict('repository')
    .ignore()
    .returning('repository');
  if (added.length > 0) return 'new';
  const row = await tx('restored_repositories').where({ repository }).first();
  return row.settled ? 'settled' : 'unsettled';
}

/** Where pull requests are still to be looked for. */
export async function readUnsettled(
  knex: Knex,
): Promise<Array<{ repository: string; restoreId: number }>> {
  const rows = await knex('restored_repositories')
    .where({ settled: false })
    .orderBy('repository');
  return rows.map(({ repository, restore_id: restoreId }) => ({
    ...{ repository, restoreId },
  }));
}

/** @returns whether it was not yet */
export async function settleRepository(
  tx: Knex,
  repository: string,
): Promise<boolean> {
  const settled = await tx('restored_repositories')
    .where({ repository, settled: false })
    .update({ settled: true });
  return settled === 1;
}
