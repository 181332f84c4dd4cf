import { ConflictError } from '@backstage/errors';
import type { Knex } from 'knex';
import { revertsOf } from '../store/reverts';

/**
 * An event whose run was taken back is not replayed for real before somebody says
 * why it had to be. Where a replay names a time instead of events, the runs that a
 * revert holds are held one by one.
 *
 * @throws ConflictError
 */
export async function refuseReplayOfReverted(
  knex: Knex,
  sensor: string,
  uids: readonly string[],
): Promise<void> {
  if (uids.length === 0) return;
  const runs: string[] = await knex('runs')
    .where({ sensor })
    .whereIn('event_uid', uids)
    .pluck('id');
  const reverts = await revertsOf(knex, runs);
  const open = reverts.find(({ rootCause }) => !rootCause);
  if (!open) return;
  throw new ConflictError(
    `${open.by} took back what one of these events wrote: ${open.comment} State the root cause of that first, then replay it.`,
  );
}
