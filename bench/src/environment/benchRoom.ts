import path from 'node:path';
import {
  openDatabase,
  type Database,
} from '@gitops-events/plugin-gitops-events-backend/src/store/database';
import knexFactory, { type Knex } from 'knex';
import type { HarnessOptions } from '../report/options';
import { startPostgres, type PostgresServer } from './postgresServer';
import { workFolder } from './workFolder';

/** What a benchmark is given: a folder on a disk, databases, and how long it may take. */
export interface BenchRoom {
  kind: 'sqlite' | 'postgres';
  quick: boolean;
  /** Where changes go, where somebody wants it to be one of several. */
  host: HarnessOptions['host'];
  folder: string;
  /** The server, where there is one. */
  postgres: PostgresServer | undefined;
  /** Opens a new, migrated plugin database. Closed at the end. */
  openDatabase(name: string): Promise<Database>;
  /** Connects to a new database without our tables. Closed at the end. */
  emptyDatabase(name: string): Promise<Knex>;
  /** Runs at the end, the last one first. */
  atEnd(cleanup: () => unknown): void;
  /** For a person, not part of the report. */
  log(line: string): void;
}

export async function withBenchRoom<T>(
  options: Pick<HarnessOptions, 'quick' | 'database' | 'host'>,
  work: (room: BenchRoom) => Promise<T>,
): Promise<T> {
  const cleanups: Array<() => unknown> = [];
  try {
    return await work(await openRoom(options, cleanups));
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}

async function openRoom(
  options: Pick<HarnessOptions, 'quick' | 'database' | 'host'>,
  cleanups: Array<() => unknown>,
): Promise<BenchRoom> {
  const kind = options.database ?? 'postgres';
  const folder = workFolder();
  cleanups.push(() => folder.remove());
  const log = (line: string) => console.log(line);
  log(`file system: ${folder.fileSystem}`);

  let postgres: PostgresServer | undefined;
  if (kind === 'postgres') {
    postgres = await startPostgres(folder.path);
    cleanups.push(() => postgres!.stop());
    log(`postgres: ${await postgres.settings()}`);
  }
  const emptyDatabase = async (name: string) => {
    const knex = knexFactory(
      postgres
        ? {
            client: 'pg',
            connection: await postgres.createDatabase(name),
            pool: { min: 0, max: 10 },
          }
        : {
            client: 'better-sqlite3',
            connection: {
              filename: path.join(folder.path, `${name}.sqlite`),
            },
            useNullAsDefault: true,
          },
    );
    cleanups.push(() => knex.destroy());
    return knex;
  };
  return {
    kind,
    quick: options.quick,
    host: options.host,
    folder: folder.path,
    postgres,
    emptyDatabase,
    openDatabase: async name => {
      const knex = await emptyDatabase(name);
      const database = await openDatabase({
        database: { getClient: async () => knex },
        durability: 'disk',
      });
      cleanups.push(() => database.close());
      if (kind === 'sqlite') log(`sqlite: ${await pragmas(knex)}`);
      return database;
    },
    atEnd: cleanup => cleanups.push(cleanup),
    log,
  };
}

async function pragmas(knex: Knex): Promise<string> {
  const values: string[] = [];
  for (const name of ['journal_mode', 'synchronous', 'fullfsync']) {
    const [row] = await knex.raw(`PRAGMA ${name}`);
    values.push(`${name}=${row[name]}`);
  }
  return values.join(' ');
}
