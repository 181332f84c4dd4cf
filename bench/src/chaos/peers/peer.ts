import type { Knex } from 'knex';
import type { ReplicaStart } from '../replicaMessages';

/** The plugin of `eventsProcess`, and what it calls itself there. */
const SUBSCRIBER = 'chaos.effects';

/** Something else that takes events and does work for each: one file, one line in `peers`. */
export interface ChaosPeer {
  name: 'graphile-worker' | 'backstage-events';
  /** What it says of itself about a process that dies. */
  promises: string;
  /** The file of the process that takes events, in this folder; nobody kills it. */
  door: string;
  /** That of those which work, and die. */
  worker: string;
  /** When nothing has been done for so long, nothing more will be: longer than it waits between two looks. Milliseconds. */
  quietMs: number;
  /** The database on its server in which it keeps them. */
  database: string;
  /** Whether it keeps what comes from now on for those who work. An error is a no. */
  isReady(knex: Knex): Promise<boolean>;
  /** Ids that it still has and would give to somebody, so that they are late and not lost. */
  kept(knex: Knex): Promise<string[]>;
}

export const peers: ChaosPeer[] = [
  {
    name: 'graphile-worker',
    promises:
      'at least once; what a dead worker had is tried again after 4 hours',
    ...{ door: 'graphileDoor.ts', worker: 'graphileProcess.ts' },
    quietMs: 15_000,
    database: 'graphile-worker',
    isReady: async knex => {
      await knex.raw('select 1 from graphile_worker.jobs limit 1');
      return true;
    },
    kept: async knex => {
      const { rows } = await knex.raw(
        'select key from graphile_worker.jobs where key is not null',
      );
      return rows.map(({ key }: { key: string }) => key);
    },
  },
  {
    name: 'backstage-events',
    promises: 'best effort; what a subscriber was given is not given again',
    ...{ door: 'eventsDoor.ts', worker: 'eventsProcess.ts' },
    // Whoever finds nothing is called again when there is something, at least each minute; whoever fails waits a minute at most.
    quietMs: 90_000,
    database: 'backstage_plugin_events',
    // It keeps nothing that comes before the first subscriber.
    isReady: async knex => (await subscription(knex).select('id')).length === 1,
    // What is behind the position of the subscriber was given to somebody, or left out; neither is given again.
    kept: async knex => {
      const rows = await knex('event_bus_events')
        .where('id', '>', subscription(knex).select('read_until'))
        .select('data_json');
      return rows.map(({ data_json }) => JSON.parse(data_json).payload.id);
    },
  },
];

function subscription(knex: Knex) {
  return knex('event_bus_subscriptions').where({ id: SUBSCRIBER });
}

/** @throws Error on SQLite, on which neither of them works across processes */
export function urlOf({ database }: Pick<ReplicaStart, 'database'>): string {
  if (database.client !== 'pg') throw new Error('It needs PostgreSQL.');
  return database.url;
}
