import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Run } from '../store/runRow';
import { readStops } from '../store/stops';
import { findStop } from './findStop';
import { waitsForStop } from './waitsForStop';

/**
 * Which of these runs stand still although their rows do not say so yet, by
 * run id: not begun, or asked for a change that is not sealed, when the stop
 * was set.
 */
export async function readStopWaits(
  knex: Knex,
  runs: Run[],
): Promise<Map<string, Reason>> {
  const waiting = runs.filter(
    ({ state, mode }) =>
      (state === 'queued' || state === 'waiting') && mode !== 'observe',
  );
  const stops = waiting.length > 0 ? await readStops(knex) : [];
  if (stops.length === 0) return new Map();
  const rows = await knex('effects')
    .whereIn(
      'run_id',
      waiting.map(({ id }) => id),
    )
    .where({ state: 'pending' })
    .select('run_id', 'repository');
  const pending = new Map(
    rows.map(({ run_id, repository }) => [run_id, repository]),
  );
  return new Map(
    waiting.flatMap(({ id, state, target, reason }) => {
      const repository = pending.get(id);
      const isIdle = state === 'queued' ? !reason : repository !== undefined;
      const stop = isIdle && findStop(stops, { repository, targets: [target] });
      return stop ? [[id, waitsForStop(stop)] as const] : [];
    }),
  );
}
