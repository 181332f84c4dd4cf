import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectTo, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWhere } from '@gitops-events/plugin-gitops-events-node/testUtils';
import knexFactory, { type Knex } from 'knex';

const program = ['pgbouncer', '/usr/sbin/pgbouncer'].find(
  name => spawnSync(name, ['--version']).status === 0,
);

/** `describe` where PgBouncer is installed. */
export const describeWithPooler = describeWhere(
  program !== undefined,
  'no pgbouncer (Debian: apt-get install pgbouncer)',
);

/** PgBouncer in transaction mode with two server connections, before the server of this database. */
export async function startPooler(direct: Knex): Promise<{
  /** As another replica connects, through it. */
  connect(): Knex;
  stop(): Promise<void>;
}> {
  const { host, port, user, database, password } =
    direct.client.config.connection;
  const folder = await mkdtemp(path.join(tmpdir(), 'gitops-events-pooler-'));
  const own = await freePort();
  const file = path.join(folder, 'pgbouncer.ini');
  await writeFile(
    file,
    `[databases]
* = host=${host} port=${port} user=${user} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
max_client_conn = 100
server_reset_query =
`,
  );
  await chmod(folder, 0o755);
  // It refuses to run as root.
  const as = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const running = spawn(program!, ['-q', ...as, file], { stdio: 'ignore' });
  const made: Knex[] = [];
  const connect = () => {
    const knex = knexFactory({
      client: 'pg',
      connection: { host: '127.0.0.1', port: own, user, database },
      pool: { min: 0, max: 10 },
    });
    made.push(knex);
    return knex;
  };
  while (!(await listens(own))) {
    if (running.exitCode !== null) throw new Error('PgBouncer did not start.');
    await sleep(50);
  }
  return {
    connect,
    stop: async () => {
      await Promise.all(made.map(knex => knex.destroy()));
      const gone = once(running, 'exit');
      running.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = connectTo(port, '127.0.0.1');
  const isThere = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isThere;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
