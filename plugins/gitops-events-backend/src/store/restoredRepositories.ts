import type { Knex } from 'knex';
import { isPostgres } from './clock';

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

/** Whether it was noted, by whichever restore. */
export async function isNoted(
  knex: Knex,
  repository: string,
): Promise<boolean> {
  const row = await knex('restored_repositories')
    .where({ repository })
    .first('repository');
  return row !== undefined;
}

/** A repository where pull requests are still to be looked for. */
export interface Unsettled {
  repository: string;
  restoreId: number;
  /** When that restore was, in milliseconds since the epoch. */
  at: number;
}

export async function readUnsettled(knex: Knex): Promise<Unsettled[]> {
  const rows = await knex('restored_repositories')
    .join('restores', 'restores.id', 'restore_id')
    .where({ settled: false })
    .orderBy('repository')
    .select('repository', 'restore_id', 'at');
  return rows.map(({ repository, restore_id: restoreId, at }) => ({
    ...{ repository, restoreId, at: Number(at) },
  }));
}

/** Whether it is still to be looked through; it stays so until the transaction ends. */
export async function lockUnsettled(
  tx: Knex,
  repository: string,
): Promise<boolean> {
  const row = await tx('restored_repositories')
    .where({ repository, settled: false })
    .modify(query => {
      if (isPostgres(tx)) query.forUpdate();
    })
    .first('repository');
  return row !== undefined;
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
