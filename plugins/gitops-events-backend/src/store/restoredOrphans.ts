import type { Knex } from 'knex';

/** A pull request of ours that the database did not know after a restore. */
export interface Orphan {
  repository: string;
  branch: string;
  number: number;
}

/** @returns whether it is news */
export async function insertOrphan(
  tx: Knex,
  restoreId: number,
  { repository, branch, number }: Orphan,
): Promise<boolean> {
  const added = await tx('restored_orphans')
    .insert({ repository, branch, number, restore_id: restoreId })
    .onConflict()
    .ignore()
    .returning('number');
  return added.length > 0;
}

/** Numbers of those that a restore left in a repository. */
export async function orphansOf(
  knex: Knex,
  restoreId: number,
  repository: string,
): Promise<number[]> {
  return knex('restored_orphans')
    .where({ restore_id: restoreId, repository })
    .orderBy('number')
    .pluck('number');
}

/** Whether a branch had such a pull request: another one of that branch would be taken for it. */
export async function isOrphaned(
  knex: Knex,
  repository: string,
  branch: string,
): Promise<boolean> {
  const row = await knex('restored_orphans')
    .where({ repository, branch })
    .first('number');
  return row !== undefined;
}
