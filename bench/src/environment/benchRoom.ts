import path from 'node:path';
import {
  openDatabase,
  type Database,
} from '@gitops-events/plugin-gitops-events-backend/src/store/database';
import knexFactory, { type Knex } from 'knex';
import type { HarnessOptions } from '../report/options';
import { startPostgres, type PostgresServer } from './postgresServer';
import { smallVolume, type SmallVolume } from './smallVolume';
import { workFolder } from './workFolder';

/** What a benchmark is given: a folder on a disk, databases, and how long it may take. */
export interface BenchRoom {
  kind: 'sqlite' | 'postgres';
  quick: boolean;
  /** Where changes go, where somebody wants it to be one of several. */
  host: HarnessOptions['host'];
  /** The one bus that is wanted, where there are several. */
  bus?: string;
  folder: string;
  /** Where PostgreSQL has a file system of its own, of 1 GB. */
  volume: string | undefined;
  /** The server, where there is one. */
  postgres: PostgresServer | undefined;
  /** Opens a new, migrated plugin database. Closed at the end. */
  openDatabase(name: string): Promise<Database>;
  /** Connects to a new database without our tables, by 10 connections at most. Closed at the end. */
  emptyDatabase(name: string, connections?: number): Promise<Knex>;
  /** Runs at the end, the last one first. */
  atEnd(cleanup: () => unknown): void;
  /** For a person, not part of the report. */
  log(line: string): void;
}

type RoomOptions = Pick<HarnessOptions, 'quick' | 'database' | 'host'> &
  Partial<Pick<HarnessOptions, 'bus'>> & {
    /** A file system of its own for PostgreSQL, where one can be mounted. */
    smallDisk?: boolean;
  };

export async function withBenchRoom<T>(
  options: RoomOptions,
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
  options: RoomOptions,
  cleanups: Array<() => unknown>,
): Promise<BenchRoom> {
  const kind = options.database ?? 'postgres';
  const folder = workFolder();
  cleanups.push(() => folder.remove());
  const log = (line: string) => console.log(line);
  log(`file system: ${folder.fileSystem}`);

  let postgres: PostgresServer | undefined;
  let volume: SmallVolume | undefined;
  if (kind === 'postgres') {
    if (options.smallDisk) volume = tryVolume(folder.path, log);
    cleanups.push(() => volume?.remove());
    postgres = await startPostgres(volume?.path ?? folder.path);
    cleanups.push(() => postgres!.stop());
    log(`postgres: ${await postgres.settings()}`);
  }
  const emptyDatabase = async (name: string, connections = 10) => {
    const knex = knexFactory(
      postgres
        ? {
            client: 'pg',
            connection: await postgres.createDatabase(name),
            pool: { min: 0, max: connections },
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
    ...{ host: options.host, bus: options.bus },
    folder: folder.path,
    volume: volume?.path,
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

function tryVolume(
  folder: string,
  log: (line: string) => void,
): SmallVolume | undefined {
  try {
    return smallVolume(folder);
  } catch (error) {
    log(`no file system of its own: ${(error as Error).message}`);
    return undefined;
  }
}

async function pragmas(knex: Knex): Promise<string> {
  const values: string[] = [];
  for (const name of ['journal_mode', 'synchronous', 'fullfsync']) {
    const [row] = await knex.raw(`PRAGMA ${name}`);
    values.push(`${name}=${row[name]}`);
  }
  return values.join(' ');
}
