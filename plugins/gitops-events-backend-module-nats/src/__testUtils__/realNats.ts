import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWhere } from '@gitops-events/plugin-gitops-events-node/testUtils';

const folder = path.join(__dirname, '../../../../.tools/nats');

/** `describe` where there is a real NATS server, as `.ci/nats` brings it. */
export const describeWithNats = describeWhere(
  existsSync(path.join(folder, 'version')),
  'no NATS in .tools/nats (run .ci/nats once; it needs Go)',
);

/** A server of its own, with what it stores in a temporary folder. */
export interface RealNats {
  address: string;
  /** Kills it as a crash does, and returns when it is gone. */
  kill(): Promise<void>;
  /** Starts it on what it stored; returns when it listens. */
  start(): Promise<void>;
  /** Copies what it stored, while it is dead; what it gives puts that back, then too. */
  copyStore(): Promise<() => Promise<void>>;
  /** It stands still, with its connections open, until it goes on. */
  freeze(): Promise<void>;
  goOn(): Promise<void>;
  /** What it wrote into its log since it was started. */
  log(): Promise<string>;
  /** Ends it and removes what it stored. */
  remove(): Promise<void>;
}

/**
 * @param more - further lines of its configuration
 * @param under - the folder that gets the one where it stores
 */
export async function startRealNats(
  more = '',
  under = tmpdir(),
): Promise<RealNats> {
  const home = await mkdtemp(path.join(under, 'gitops-events-nats-'));
  const address = `127.0.0.1:${await freePort()}`;
  const [config, log] = ['nats.conf', 'nats.log'].map(file =>
    path.join(home, file),
  );
  const store = path.join(home, 'store');
  await writeFile(
    config,
    `listen: "${address}"
jetstream { store_dir: "${store}", max_file_store: 1GB, max_memory_store: 64MB }
${more}
`,
  );
  let running: ChildProcess | undefined;
  const signal = async (name: 'SIGSTOP' | 'SIGCONT') => {
    process.kill(Number(await readFile(path.join(home, 'pid'), 'utf8')), name);
  };
  const kill = async () => {
    if (!running) return;
    const { exitCode, stdin } = running;
    const gone = exitCode === null ? once(running, 'exit') : undefined;
    stdin!.end();
    running = undefined;
    await gone;
  };
  const copyStore = async () => {
    const copy = await mkdtemp(path.join(home, 'copy-'));
    await cp(store, copy, { recursive: true });
    return async () => {
      await rm(store, { recursive: true });
      await cp(copy, store, { recursive: true });
    };
  };
  const start = async () => {
    await rm(log, { force: true });
    running = run(home, config);
    await listens(log, running);
  };
  await start();
  return {
    ...{ address, kill, start, copyStore },
    freeze: () => signal('SIGSTOP'),
    goOn: () => signal('SIGCONT'),
    log: () => readFile(log, 'utf8'),
    remove: async () => {
      await kill();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Servers that know each other. */
export async function startRealCluster(
  size: number,
  under?: string,
): Promise<RealNats[]> {
  const ports = await Promise.all(Array.from({ length: size }, freePort));
  const routes = ports.map(port => `"nats://127.0.0.1:${port}"`).join(', ');
  return Promise.all(
    ports.map((port, at) =>
      startRealNats(
        `server_name: "node-${at}"
cluster { name: "test", listen: "127.0.0.1:${port}", routes: [${routes}] }`,
        under,
      ),
    ),
  );
}

/** A shell holds it, and kills it once its own input ends: so it does not outlive these tests, however they end. */
function run(home: string, config: string): ChildProcess {
  return spawn(
    'sh',
    [
      '-c',
      'exec 3<&0; "$@" >"$0/nats.log" 2>&1 </dev/null 3<&- & pid=$!; echo $pid >"$0/pid"; (read -r _ <&3; kill -9 $pid) & wait $pid',
      ...[home, path.join(folder, 'nats-server'), '-c', config],
    ],
    { stdio: ['pipe', 'ignore', 'ignore'] },
  );
}

/** It does once it has read what it stored; and says so in a log that begins anew each time. */
async function listens(log: string, running: ChildProcess) {
  const isThere = async () =>
    (await readFile(log, 'utf8').catch(() => '')).includes('Server is ready');
  while (!(await isThere())) {
    if (running.exitCode !== null) throw new Error('NATS did not start.');
    await sleep(20);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
