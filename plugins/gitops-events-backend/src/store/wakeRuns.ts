import type { Knex } from 'knex';
import { chunks } from './chunks';

/** Topic of a run whose news came while it was looking; it does not wait then. */
export const WOKEN = 'woken';

/** Makes waiting runs due now, and those that are just looking so once they would wait. Others are left alone. */
export async function wakeRuns(
  tx: Knex,
  runIds: string[],
  now: number,
): Promise<void> {
  for (const some of chunks(runIds, 500)) {
    await tx('runs')
      .whereIn('id', some)
      .where({ state: 'waiting' })
      .update(woken(tx, now));
    await tx('runs')
      .whereIn('id', some)
      .where({ state: 'running' })
      .update({ topic: WOKEN });
  }
}

/** Makes every run due now that waits for a topic. */
export async function wakeTopic(
  tx: Knex,
  topic: string,
  now: number,
): Promise<void> {
  await tx('runs').where({ state: 'waiting', topic }).update(woken(tx, now));
}

function woken(tx: Knex, now: number) {
  return {
    state: 'queued',
    topic: null,
    due_at: now,
    version: tx.raw('version + 1'),
  };
}
