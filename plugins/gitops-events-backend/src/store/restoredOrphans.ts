import type { Knex } from 'knex';

/** A pull request of ours that the database did not know after a restore. */
export interface Orphan {
  repository: string;
  branch: string;
  number: number;
}

/** @returns whether it is news of this restore */
export async function insertOrphan(
  tx: Knex,
  restoreId: number,
  { repository, branch, number }: Orphan,
): Promise<boolean> {
  const row = { number, restore_id: restoreId, closed: false };
  const added = await tx('restored_orphans')
    .insert({ repository, branch, ...row })
    .onConflict(['repository', 'branch'])
    .merge(row)
    .where('restored_orphans.restore_id', '<', restoreId)
    .returning('number');
  return added.length > 0;
}

/** Its host said that it is. */
export async function markClosed(
  knex: Knex,
  { repository, branch }: Orphan,
): Promise<void> {
  await knex('restored_orphans')
    .where({ repository, branch })
    .update({ closed: true });
}

/** Those that the restore left in a repository and that were to be closed, where no host said that they are. */
export async function readUnclosed(
  knex: Knex,
  repository: string,
): Promise<Orphan[]> {
  return knex('restored_orphans')
    .where({ repository, closed: false })
    .whereIn(
      'restore_id',
      knex('restored_repositories').where({ repository }).select('restore_id'),
    )
    .orderBy('number')
    .select('repository', 'branch', 'number');
}

/**
 * Those that a restore left in a repository none of which is open any more.
 *
 * @returns their numbers
 */
export async function endOrphans(
  tx: Knex,
  restoreId: number,
  repository: string,
): Promise<number[]> {
  const rows = await tx('restored_orphans')
    .where({ restore_id: restoreId, repository })
    .update({ closed: true })
    .returning('number');
  return rows.map(({ number }) => Number(number)).sort((a, b) => a - b);
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
