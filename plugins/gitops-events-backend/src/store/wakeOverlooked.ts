import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import { syncText, type ChangeSync } from './changeSyncs';
import { chunks } from './chunks';
import { isPostgres } from './clock';
import { wakeRuns } from './wakeRuns';

/** A run that has gone to wait for syncs, which were open when it looked. */
export interface SyncWaiter {
  runId: string;
  awaited: Array<Pick<ChangeSync, 'changeId' | 'tracker' | 'application'>>;
}

/**
 * Wakes those whose sync ended between their look and their wait: who ended it
 * found nobody to wake. To be asked once the wait is committed, in no
 * transaction: a sync that just ends is waited for, and nothing is held
 * meanwhile that its writer may want.
 */
export async function wakeOverlooked(
  knex: Knex,
  waiters: SyncWaiter[],
): Promise<void> {
  const names = waiters.flatMap(({ awaited }) =>
    awaited.map(one => [one.changeId, one.tracker, one.application]),
  );
  const over = new Set<string>();
  for (const some of chunks(names)) {
    const key = ['change_id', 'tracker', 'application'];
    // The state is asked for below: as a condition, it would pass over what just changes.
    const rows = await knex('change_syncs')
      .whereIn(key, some)
      .orderBy(key)
      .modify(query => {
        if (isPostgres(knex)) query.forShare();
      })
      .select(...key, 'ended_at');
    for (const row of rows) {
      if (row.ended_at !== null) {
        const { change_id: changeId, tracker, application } = row;
        over.add(syncText({ changeId, tracker, application }));
      }
    }
  }
  const woken = waiters.filter(({ awaited }) =>
    awaited.some(one => over.has(syncText(one))),
  );
  await wakeRuns(
    knex,
    woken.map(({ runId }) => runId),
    presentTime(),
  );
}
