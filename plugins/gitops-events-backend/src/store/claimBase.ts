import type { Knex } from 'knex';
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
