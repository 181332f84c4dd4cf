import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';

const folder = path.join(__dirname, '../../../../.tools/kafka');
const reason =
  'no Kafka in .tools/kafka (run .ci/kafka once; it needs Java 17 and Maven)';

/**
 * `describe` where there is a real Kafka, as `.ci/kafka` brings it. In CI one
 * that is missing fails; elsewhere its suites are left out, and `npm test`
 * says so last of all.
 */
export function describeWithKafka(name: string, suite: () => void): void {
  if (existsSync(path.join(folder, 'version'))) {
    // eslint-disable-next-line jest/valid-title, jest/valid-describe-callback
    describe(name, suite);
    return;
  }
  if (process.env.CI) throw new Error(`There is ${reason}`);
  const list = process.env.GITOPS_EVENTS_SKIPPED_SUITES;
  if (list) appendFileSync(list, `${reason}\n`);
  // eslint-disable-next-line jest/valid-title, jest/valid-describe-callback, jest/no-disabled-tests
  describe.skip(name, suite);
}

/** One broker of its own, with its log in a temporary folder. */
export interface RealKafka {
  address: string;
  /** Kills it as a crash does, and returns when it is gone. */
  kill(): Promise<void>;
  /** Starts it on the same log; returns when it answers. */
  start(): Promise<void>;
  /** Ends it and removes its log. */
  remove(): Promise<void>;
}

export async function startRealKafka(
  more: Record<string, string> = {},
): Promise<RealKafka> {
  const home = await mkdtemp(path.join(tmpdir(), 'gitops-events-kafka-'));
  await cp(path.join(folder, 'formatted'), path.join(home, 'log'), {
    recursive: true,
  });
  const [port, controller] = [await freePort(), await freePort()];
  const properties = path.join(home, 'server.properties');
  await writeFile(properties, propertiesOf({ home, port, controller, more }));
  const address = `127.0.0.1:${port}`;
  let running: ChildProcess | undefined;
  const kill = async () => {
    if (!running) return;
    const { exitCode, stdin } = running;
    const gone = exitCode === null ? once(running, 'exit') : undefined;
    stdin!.end();
    running = undefined;
    await gone;
  };
  const start = async () => {
    running = run(home, properties);
    await answers(address, more, running);
  };
  await start();
  return {
    ...{ address, kill, start },
    remove: async () => {
      await kill();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A shell holds it, and kills it once its own input ends: so it does not outlive these tests, however they end. */
function run(home: string, properties: string): ChildProcess {
  const jars = path.join(folder, 'lib');
  const classpath = readdirSync(jars).map(jar => path.join(jars, jar));
  return spawn(
    'sh',
    [
      '-c',
      'exec 3<&0; "$@" >>"$0/kafka.log" 2>&1 </dev/null 3<&- & pid=$!; (read -r _ <&3; kill -9 $pid) & wait $pid',
      home,
      ...['java', '-Xms256m', '-Xmx256m', '-XX:TieredStopAtLevel=1'],
      ...['-XX:+UseSerialGC', '-cp', classpath.join(':')],
      ...['kafka.Kafka', properties],
    ],
    { stdio: ['pipe', 'ignore', 'ignore'] },
  );
}

function propertiesOf(options: {
  home: string;
  port: number;
  controller: number;
  more: Record<string, string>;
}): string {
  const { home, port, controller, more } = options;
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map':
      'PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': path.join(home, 'log'),
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
    // Records that are deleted go at once, so that tests need not wait for it.
    'log.retention.check.interval.ms': '1000',
    'file.delete.delay.ms': '0',
    ...more,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
    .replaceAll('{port}', String(port))
    .replaceAll('{controller}', String(controller));
}

async function answers(
  address: string,
  more: Record<string, string>,
  running: ChildProcess,
): Promise<void> {
  // With a password one does not get in here; that it listens must do.
  if (more.listeners) {
    await listens(address, running);
    return;
  }
  const kafka = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });
  for (;;) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      await admin.describeCluster();
      return;
    } catch {
      if (running.exitCode !== null) throw new Error('Kafka did not start.');
      await sleep(200);
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }
}

async function listens(address: string, running: ChildProcess) {
  const [host, port] = address.split(':');
  for (;;) {
    const socket = connect(Number(port), host);
    const isThere = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isThere) return;
    if (running.exitCode !== null) throw new Error('Kafka did not start.');
    await sleep(200);
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
