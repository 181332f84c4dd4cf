import type { Knex } from 'knex';
import { chunks } from './chunks';

/** Topic of a run whose news came while it was looking; it does not wait then. */
export const WOKEN = 'woken';

/**
 * Makes waiting runs due now, and those that are just looking so once they would
 * wait. Others are left alone. One statement: between two, a run would pass from
 * looking to waiting unseen.
 */
export async function wakeRuns(
  tx: Knex,
  runIds: string[],
  now: number,
): Promise<void> {
  const ifWaiting = (then: string, otherwise: string, ...values: number[]) =>
    tx.raw(
      `case when state = 'waiting' then ${then} else ${otherwise} end`,
      values,
    );
  for (const some of chunks(runIds, 500)) {
    await tx('runs')
      .whereIn('id', some)
      .whereIn('state', ['waiting', 'running'])
      .update({
        state: ifWaiting("'queued'", 'state'),
        topic: ifWaiting('null', `'${WOKEN}'`),
        due_at: ifWaiting('?', 'due_at', now),
        version: ifWaiting('version + 1', 'version'),
      });
  }
}

/** Makes every run due now that waits for a topic. */
export async function wakeTopic(
  tx: Knex,
  topic: string,
  now: number,
): Promise<void> {
  await tx('runs')
    .where({ state: 'waiting', topic })
    .update({
      state: 'queued',
      topic: null,
      due_at: now,
      version: tx.raw('version + 1'),
    });
}
