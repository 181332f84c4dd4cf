import type { Knex } from 'knex';
import { isPostgres } from './clock';
import type { PendingBase } from './readPending';

/**
 * Counts a base up, if nobody sealed for it since it was read: two replicas
 * never seal for the same base at once.
 *
 * @returns whether this one may
 */
export async function claimBase(
  tx: Knex,
  base: PendingBase,
  next: PendingBase['window'],
): Promise<boolean> {
  const key = { repository: base.repository, base: base.base };
  await tx('bases')
    .insert({ ...key, version: 0, sealed_at: 0, gap_ms: 0 })
    .onConflict(['repository', 'base'])
    .ignore();
  const written = await tx('bases')
    .where({ ...key, version: base.version })
    .update({
      version: base.version + 1,
      sealed_at: next.sealedAt,
      gap_ms: next.gapMs,
      waits_for: null,
    });
  return written === 1;
}

/** Keeps bases from being sealed until the transaction ends. On SQLite nobody else writes meanwhile. */
export async function lockBases(
  tx: Knex,
  bases: ReadonlyArray<Pick<PendingBase, 'repository' | 'base'>>,
): Promise<void> {
  if (!isPostgres(tx) || bases.length === 0) return;
  await tx('bases')
    .whereIn(
      ['repository', 'base'],
      bases.map(({ repository, base }) => [repository, base]),
    )
    .orderBy(['repository', 'base'])
    .forUpdate()
    .select('base');
}
