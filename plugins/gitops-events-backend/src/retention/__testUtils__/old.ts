import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { Knex } from 'knex';
import { silentLogger } from '../../__testUtils__/testLogger';
import { EmbeddedBus } from '../../bus/embeddedBus';
import { Nudges } from '../../nudges';
import type { Database } from '../../store/database';
import { defaultRetention, type Retention } from '../readRetention';
import { sweepOnce } from '../retentionLoop';

export const DAY_MS = 24 * 3_600_000;
export const daysAgo = (days: number) => Date.now() - days * DAY_MS;

/** A bus on it, with what tests of keeping and erasing need. */
export function oldEvents(database: Database) {
  const { knex } = database;
  const bus = new EmbeddedBus({
    database,
    ingresses: [{ name: 'registry', partitions: 1 }],
    nudges: new Nudges(),
    logger: silentLogger(),
  });
  return {
    bus,
    /** Accepts events and makes them so many days old; returns their uids. */
    async accept(days: number, count = 1, data = 'payload'): Promise<string[]> {
      const events = Array.from({ length: count }, () =>
        incomingEvent({ data: Buffer.from(data) }),
      );
      await bus.publish(events);
      const uids = events.map(({ uid }) => uid);
      await knex('events')
        .whereIn('uid', uids)
        .update({ accepted_at: daysAgo(days) });
      return uids;
    },
    /** Moves the position behind everything that was accepted; returns what lay there, in order. */
    async decideAll(): Promise<string[]> {
      const found: string[] = [];
      const stop = new AbortController();
      const row = await knex('positions')
        .where({ partition: 'registry/0' })
        .first();
      let position = row?.position ?? undefined;
      const [{ lag }] = await bus.status(
        new Map(position ? [['registry/0', position]] : []),
      );
      if (lag === 0) return found;
      await bus.read({
        partition: 'registry/0',
        from: position,
        signal: stop.signal,
        onBatch: async batch => {
          position = batch.next;
          found.push(...batch.events.map(({ uid }) => uid));
          const [{ lag: left }] = await bus.status(
            new Map([['registry/0', position]]),
          );
          if (left === 0) stop.abort();
        },
      });
      await knex('positions')
        .insert({ partition: 'registry/0', version: 1, position, clock: 0 })
        .onConflict('partition')
        .merge();
      return found;
    },
    payloads: async (): Promise<string[]> =>
      knex('events').whereNotNull('data').orderBy('seq').pluck('uid'),
    uids: async (): Promise<string[]> =>
      knex('events').orderBy('seq').pluck('uid'),
  };
}

/** A whole sweep, from its begin to its end. */
export async function sweepAll(
  knex: Knex,
  retention: Retention = defaultRetention,
): Promise<void> {
  await knex('retention').update({ due_at: 0 });
  while (await sweepOnce({ knex, retention }));
}
