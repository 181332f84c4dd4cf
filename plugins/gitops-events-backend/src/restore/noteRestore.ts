import type { Knex } from 'knex';
import { insertKnownRepositories } from '../store/restoredRepositories';
import { insertRestore, type Restore } from '../store/restores';

/**
 * Notes that the database came from a backup, and where pull requests are to be
 * looked for before writing resumes.
 *
 * @param mark - by what it was seen
 * @returns undefined where that was noted before
 */
export async function noteRestore(
  tx: Knex,
  mark: string,
): Promise<Restore | undefined> {
  const restore = await insertRestore(tx, mark);
  if (restore) await insertKnownRepositories(tx, restore.id);
  return restore;
}
