import type { Knex } from 'knex';
import type { ReplicaStart } from '../replicaMessages';

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
  /** Ids that are not done and that it still has, so that they are late and not lost. */
  kept(knex: Knex): Promise<string[]>;
}

export const peers: ChaosPeer[] = [
  {
    name: 'graphile-worker',
    promises:
      'at least once; what a dead worker had is tried again after 4 hours',
    ...{ door: 'graphileDoor.ts', worker: 'graphileProcess.ts' },
    quietMs: 15_000,
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
    // Whoever finds nothing is called again when there is something, at least each minute.
    quietMs: 90_000,
    kept: async () => [],
  },
];

/** @throws Error on SQLite, on which neither of them works across processes */
export function urlOf({ database }: Pick<ReplicaStart, 'database'>): string {
  if (database.client !== 'pg') throw new Error('It needs PostgreSQL.');
  return database.url;
}
