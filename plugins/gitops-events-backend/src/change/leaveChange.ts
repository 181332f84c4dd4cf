import type { Knex } from 'knex';
import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Change } from '../store/changeRow';
import type { ChainRecord } from '../store/chain';
import { memberRunIds } from '../store/memberRunIds';
import { endChange } from './endChange';

/**
 * Sends the members of a change back to their runs with an outcome, such as
 * held, and ends the change as failed. When a person releases the same runs,
 * the change goes on under its old name with its next revision.
 */
export async function leaveChange(
  tx: Knex,
  change: Change,
  what: { outcome: 'held' | 'failed'; reason: Reason; now: number },
): Promise<ChainRecord[]> {
  const { outcome, reason, now } = what;
  const runIds = await memberRunIds(tx, change.id);
  const records = await endChange(tx, change, { end: 'failed', reason, now });
  if (records.length === 0) return [];
  await tx('effects')
    .where({ change_id: change.id, state: 'member' })
    .whereIn('run_id', runIds)
    .update({ state: 'left', outcome: JSON.stringify({ outcome, reason }) });
  return records;
}
