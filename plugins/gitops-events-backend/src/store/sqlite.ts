import { ConflictError } from '@backstage/errors';
import knexFactory, { type Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenedDatabase } from './database';

/**
 * A WAL database that is reopened has `synchronous = NORMAL`, which loses
 * acknowledged commits with the power. So both settings are made on every
 * connection, and read back.
 */
const pragmas = [
  'journal_mode = WAL',
  'synchronous = FULL',
  'fullfsync = ON',
  'busy_timeout = 5000',
];

export async function openSqlite(
  knex: Knex,
  patienceMs: number,
): Promise<OpenedDatabase> {
  const [main] = await knex.raw('PRAGMA database_list');
  const file: string = main?.file ?? '';
  const release = file ? await ownFile(file, patienceMs) : async () => {};
  try {
    knex.client.pool.on('createSuccess', (_: number, connection: unknown) => {
      const { pragma } = connection as { pragma?: (text: string) => unknown };
      pragmas.forEach(text => pragma?.call(connection, text));
    });
    for (const text of pragmas) await knex.raw(`PRAGMA ${text}`);
    if (file) await readBack(knex, file);
  } catch (error) {
    await release();
    throw error;
  }
  return {
    kind: 'sqlite',
    durability: file ? 'disk' : 'relaxed',
    lasts: file !== '',
    why: 'The plugin database is in memory.',
    advice: 'Give backend.database.connection a directory.',
    close: release,
  };
}

async function readBack(knex: Knex, file: string): Promise<void> {
  const [{ journal_mode: journal }] = await knex.raw('PRAGMA journal_mode');
  const [{ synchronous }] = await knex.raw('PRAGMA synchronous');
  if (journal !== 'wal' || synchronous < 2) {
    throw new Error(
      `${file} has journal_mode=${journal} and synchronous=${synchronous}; it needs WAL and FULL (2). A network file system is a common cause: move the database to a local disk.`,
    );
  }
}

/**
 * SQLite serves one process here: two would each decide and write. The lock is
 * a transaction on a file beside the database, so that it ends with the process
 * however that ends.
 */
async function ownFile(
  file: string,
  patienceMs: number,
): Promise<() => Promise<void>> {
  const lock = knexFactory({
    client: 'better-sqlite3',
    connection: { filename: `${file}.owner`, options: { timeout: 0 } } as never,
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    try {
      await lock.raw('PRAGMA busy_timeout = 0');
      await lock.raw('BEGIN EXCLUSIVE');
      return () => lock.destroy();
    } catch (error) {
      if (
        !String((error as { code?: string }).code).startsWith('SQLITE_BUSY')
      ) {
        await lock.destroy();
        throw error;
      }
      if (performance.now() >= giveUpAt) {
        await lock.destroy();
        throw new ConflictError(
          `Another process uses ${file}. SQLite serves one process: stop the other one, or configure PostgreSQL to run several.`,
        );
      }
      await sleep(100);
    }
  }
}
