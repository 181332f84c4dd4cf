import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describeWhere } from '@gitops-events/plugin-gitops-events-node/testUtils';

/** As `.ci/kafka` brings it. */
export const kafkaFolder = path.join(__dirname, '../../../../.tools/kafka');

/** `describe` where there is a real Kafka, as `.ci/kafka` brings it. */
export const describeWithKafka = describeWhere(
  existsSync(path.join(kafkaFolder, 'version')),
  'no Kafka in .tools/kafka (run .ci/kafka once; it needs Java 17 and Maven)',
);

/** A Kafka that can be killed and started again on the same log. */
export interface KafkaProcess {
  /** The file. */
  properties: string;
  /** Kills it as a crash does, and returns when it is gone. */
  kill(): Promise<void>;
  /** Returns when it listens. */
  start(): Promise<void>;
}

/**
 * @param home - a folder of its own, for its log and its words
 * @param port - where it listens
 */
export async function kafkaProcess(options: {
  home: string;
  port: number;
  properties: Record<string, string>;
  heapMb?: number;
}): Promise<KafkaProcess> {
  const { home, port, heapMb = 256 } = options;
  const properties = path.join(home, 'server.properties');
  const lines = Object.entries(options.properties);
  await writeFile(
    properties,
    lines.map(([name, value]) => `${name}=${value}\n`).join(''),
  );
  let running: ChildProcess | undefined;
  return {
    properties,
    kill: async () => {
      if (!running) return;
      const { exitCode, stdin } = running;
      const gone = exitCode === null ? once(running, 'exit') : undefined;
      stdin!.end();
      running = undefined;
      await gone;
    },
    start: async () => {
      running = run(home, properties, heapMb);
      await listens(port, running);
    },
  };
}

/** A shell holds it, and kills it once its own input ends: so it does not outlive these tests, however they end. */
function run(home: string, properties: string, heapMb: number): ChildProcess {
  return spawn(
    'sh',
    [
      '-c',
      'exec 3<&0; "$@" >>"$0/kafka.log" 2>&1 </dev/null 3<&- & pid=$!; (read -r _ <&3; kill -9 $pid) & wait $pid',
      home,
      ...['java', ...javaArguments(heapMb), 'kafka.Kafka', properties],
    ],
    { cwd: kafkaFolder, stdio: ['pipe', 'ignore', 'ignore'] },
  );
}

/**
 * For the folder of Kafka as the working directory. The archive holds its
 * classes as `.ci/kafka` saw them, which halves a start; Java leaves it aside
 * where it is of other jars, of another order of them or of another Java.
 */
function javaArguments(heapMb: number): string[] {
  const jars = readdirSync(path.join(kafkaFolder, 'lib')).sort();
  const archive = 'classes.jsa';
  return [
    ...[`-Xmx${heapMb}m`, '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'],
    ...(existsSync(path.join(kafkaFolder, archive))
      ? [`-XX:SharedArchiveFile=${archive}`]
      : []),
    ...['-cp', jars.map(jar => `lib/${jar}`).join(':')],
  ];
}

/** Formats an empty log that knows these people: `SCRAM-SHA-512=[name=n,password=p]`. */
export async function formatLog(properties: string, scram: string[]) {
  await promisify(execFile)(
    'java',
    [
      ...[...javaArguments(128), 'kafka.tools.StorageTool', 'format'],
      ...['--cluster-id', randomBytes(16).toString('base64url')],
      ...['--config', properties],
      ...scram.flatMap(one => ['--add-scram', one]),
    ],
    { cwd: kafkaFolder },
  );
}

async function listens(port: number, running: ChildProcess) {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isThere) return;
    if (running.exitCode !== null) throw new Error('Kafka did not start.');
    await sleep(100);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
