import type { Knex } from 'knex';

/** Makes waiting runs due now. Runs in another state are left alone. */
export async function wakeRuns(
  tx: Knex,
  runIds: string[],
  now: number,
): Promise<void> {
  for (let start = 0; start < runIds.length; start += 500) {
    await tx('runs')
      .whereIn('id', runIds.slice(start, start + 500))
      .where({ state: 'waiting' })
      .update({
        state: 'queued',
        topic: null,
        due_at: now,
        version: tx.raw('version + 1'),
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
