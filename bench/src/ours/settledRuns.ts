import type { Knex } from 'knex';

const LOOK_MS = 20;
const PATIENCE_MS = 120_000;

/**
 * Waits until `count` runs after `since` have ended, each applied or made
 * pointless by a newer one, and gives the seconds from accepted to ended of
 * each, by the clock of the engine.
 *
 * @throws Error when one ended otherwise, or not in time.
 */
export async function settledRuns(
  knex: Knex,
  since: number,
  count = 1,
): Promise<number[]> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const ended = await knex('runs')
      .where('seq', '>', since)
      .whereIn('state', ['ended', 'held'])
      .count({ count: '*' })
      .first();
    if (Number(ended?.count) >= count) break;
    if (performance.now() > giveUpAt) {
      throw new Error(`Only ${ended?.count} of ${count} runs have ended`);
    }
    await new Promise(done => setTimeout(done, LOOK_MS));
  }
  const rows: Array<{
    end: string | null;
    reason: string | null;
    ended_at: string;
    accepted_at: string;
  }> = await knex('runs')
    .join('events', 'events.uid', 'runs.event_uid')
    .where('runs.seq', '>', since)
    .select('end', 'reason', 'ended_at', 'accepted_at');
  for (const { end, reason } of rows) {
    if (end !== 'applied' && end !== 'superseded') {
      throw new Error(`A run ended ${end}: ${reason}`);
    }
  }
  return rows.map(
    row => (Number(row.ended_at) - Number(row.accepted_at)) / 1000,
  );
}
