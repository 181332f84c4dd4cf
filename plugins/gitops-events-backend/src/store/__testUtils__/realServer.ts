import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describeWhere } from '@gitops-events/plugin-gitops-events-node/testUtils';
import knexFactory, { type Knex } from 'knex';

const run = promisify(execFile);

/** Where Debian keeps the programs of its newest server; the one from npm has no pg_dump. */
const programs = programsOf('/usr/lib/postgresql');

function programsOf(root: string): string | undefined {
  if (!existsSync(root)) return undefined;
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map(version => path.join(root, version, 'bin'))
    .find(bin =>
      ['initdb', 'pg_dump', 'pg_restore', 'pg_basebackup'].every(name =>
        existsSync(path.join(bin, name)),
      ),
    );
}

/** `describe` where a PostgreSQL is installed whole. */
export const describeWithServers = describeWhere(
  programs !== undefined,
  'no PostgreSQL with pg_dump in /usr/lib/postgresql (Debian: apt-get install postgresql)',
);

/** A PostgreSQL server of its own, with transaction ids of its own. */
export interface RealServer {
  port: number;
  url(database: string): string;
  connect(database: string): Knex;
  /** Ends it at once, as a crash would: whoever is connected is so no more. */
  crash(): Promise<void>;
  /** After a crash: it recovers what it has on its disk, on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param options - `settings` as after `-c`; `fill` brings a data folder that was
 *   backed up, where none is to be made
 */
export async function startServer({
  settings = [],
  fill,
}: {
  settings?: string[];
  fill?(data: string): Promise<unknown>;
} = {}): Promise<RealServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gitops-events-server-'));
  // It refuses to run as root.
  const nobody = 65_534;
  const as = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if (as.uid) await chown(folder, nobody, nobody);
  const data = path.join(folder, 'data');
  if (fill) {
    await fill(data);
    if (as.uid) await run('chown', ['-R', `${nobody}:${nobody}`, data]);
  } else {
    await run(
      path.join(programs!, 'initdb'),
      [
        ...['-D', data, '-U', 'postgres', '-A', 'trust'],
        ...['--encoding=UTF8', '--locale=C'],
      ],
      { ...as, cwd: folder },
    );
  }
  const port = await freePort();
  const launch = () =>
    spawn(
      path.join(programs!, 'postgres'),
      [
        ...['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
        ...['-c', 'unix_socket_directories='],
        ...settings.flatMap(setting => ['-c', setting]),
      ],
      { ...as, cwd: folder, stdio: 'ignore' },
    );
  let server = launch();
  const made: Knex[] = [];
  const url = (database: string) =>
    `postgresql://postgres@127.0.0.1:${port}/${database}`;
  const connect = (database: string) => {
    const knex = knexFactory({
      client: 'pg',
      connection: url(database),
      pool: { min: 0, max: 10 },
      log: { warn: () => {}, debug: () => {} },
    });
    made.push(knex);
    return knex;
  };
  const answers = async () => {
    while (
      !(await run(path.join(programs!, 'pg_isready'), [
        '-d',
        url('postgres'),
      ]).catch(() => undefined))
    ) {
      if (server.exitCode !== null)
        throw new Error('PostgreSQL did not start.');
      await sleep(50);
    }
  };
  const crash = async () => {
    if (server.exitCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGQUIT');
    await gone;
  };
  await answers();
  await connect('postgres').raw('select 1');
  return {
    port,
    url,
    connect,
    crash,
    restart: async () => {
      server = launch();
      await answers();
    },
    stop: async () => {
      await Promise.all(made.map(knex => knex.destroy()));
      await crash();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A copy of all files of a running server, which its archived log leads on from. */
export async function baseBackup(from: RealServer, to: string): Promise<void> {
  await run(path.join(programs!, 'pg_basebackup'), [
    ...['--checkpoint=fast', '--no-password', `--pgdata=${to}`],
    `--dbname=${from.url('postgres')}`,
  ]);
}

/** As docs/operations.md says to. */
export async function dump(from: string, file: string): Promise<void> {
  const options = ['--format=custom', `--file=${file}`, `--dbname=${from}`];
  await run(path.join(programs!, 'pg_dump'), options);
}

/** As docs/operations.md says to. */
export async function restore(file: string, to: string): Promise<void> {
  const options = ['--exit-on-error', '--no-owner', `--dbname=${to}`, file];
  await run(path.join(programs!, 'pg_restore'), options);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
