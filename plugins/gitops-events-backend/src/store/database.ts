import type { DatabaseService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { isPostgres } from './clock';
import { migrate } from './migrate';
import { openPostgres } from './postgres';
import { openSqlite } from './sqlite';

export type Durability = 'disk' | 'relaxed';

/** The plugin database, migrated and known to be as durable as `durability` says. */
export interface Database {
  knex: Knex;
  kind: 'sqlite' | 'postgres';
  durability: Durability;
  /** Whether it outlives this process; in memory it begins anew each time. */
  lasts: boolean;
  /** Lets another process have it. */
  close(): Promise<void>;
}

/**
 * Opens the plugin database.
 *
 * @throws ConflictError when it is SQLite and another process has it open.
 * @throws Error when it would keep less than `durability` promises.
 */
export async function openDatabase(options: {
  database: DatabaseService;
  /** The least it must keep: `relaxed` allows memory and unsynced writes. */
  durability: Durability;
  /** Milliseconds to wait for the process before us to leave. */
  patienceMs?: number;
}): Promise<Database> {
  const knex = await options.database.getClient();
  // An error names its statement, and not the payloads and keys that it was sent with.
  knex.client.config.compileSqlOnError = false;
  // What a driver throws may be a plain Error; people must not read its text, nor the statement in it.
  knex.on('query-error', (error: Error) => {
    error.name = 'DatabaseError';
  });
  const opened = isPostgres(knex)
    ? await openPostgres(knex)
    : await openSqlite(knex, options.patienceMs ?? 5_000);
  try {
    if (opened.durability === 'relaxed' && options.durability === 'disk') {
      throw new Error(
        `${opened.why} An acknowledged event could be lost. ${opened.advice} Or accept that with gitopsEvents.durability: relaxed.`,
      );
    }
    if (!options.database.migrations?.skip) await migrate(knex);
  } catch (error) {
    await opened.close();
    throw error;
  }
  return {
    knex,
    kind: opened.kind,
    durability: opened.durability,
    lasts: opened.lasts,
    close: opened.close,
  };
}

/** What one kind of database turned out to keep. */
export interface OpenedDatabase {
  kind: Database['kind'];
  durability: Durability;
  lasts: boolean;
  /** Sentences for an administrator, told when it keeps too little. */
  why: string;
  advice: string;
  close(): Promise<void>;
}
