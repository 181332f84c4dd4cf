import type { Knex } from 'knex';
import { isPostgres } from '../store/clock';

/**
 * Lets one transaction at a time ask for places of these topics or give some
 * back. Places are counted, not stored, so there is no row to lock.
 */
export async function lockSlots(tx: Knex, topics: string[]): Promise<void> {
  if (!isPostgres(tx)) return;
  for (const topic of [...new Set(topics)].sort()) {
    await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
      `gitops-events ${topic}`,
    ]);
  }
}
