import type { Knex } from 'knex';
import { syncWaitAction } from '@gitops-events/plugin-gitops-events-sensors';

/**
 * Until when newer runs of the change keys of a merged change wait for its sync,
 * at most; undefined where none of its runs has a step that waits for one.
 */
export async function restsUntil(
  tx: Knex,
  changeId: string,
  { restMs = 0, now }: { restMs?: number; now: number },
): Promise<number | undefined> {
  if (restMs === 0) return undefined;
  const awaiting = await tx('effects as e')
    .join('runs as r', 'r.id', 'e.run_id')
    .where({ 'e.change_id': changeId, 'e.state': 'member' })
    // One too many costs a look: who reads it asks the steps themselves.
    .where('r.steps', 'like', `%"${syncWaitAction.id}"%`)
    .first('e.run_id');
  return awaiting && now + restMs;
}
