import type { Knex } from 'knex';
import { nowSql } from '../store/clock';
import type { Stop } from '../store/stops';
import { stopTopic } from './waitsForStop';

/**
 * Makes due what waits for a stop, in the transaction that lifts it. What
 * another stop covers finds that out when it looks. Who writes that something
 * waits locks the stop first (`lockStops`), so nothing begins to wait afterwards.
 */
export async function goOnAfter(tx: Knex, stop: Stop): Promise<void> {
  const topic = stopTopic(stop);
  const now = tx.raw(nowSql(tx));
  const version = tx.raw('version + 1');
  await tx('runs')
    .where({ topic })
    .whereIn('state', ['waiting', 'queued'])
    .update({
      state: 'queued',
      topic: null,
      reason: null,
      due_at: now,
      version,
    });
  await tx('changes')
    .where({ stop_id: stop.id })
    .update({ stop_id: null, reason: null, due_at: now, version });
}
