import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  freePort,
  kafkaFolder,
  kafkaProcess,
  type KafkaProcess,
} from './kafkaProcess';
import { answers } from './realKafka';

/** Several brokers, and a controller that is never killed. */
export interface KafkaCluster {
  /** By id, from 1 on. */
  brokers: ReadonlyMap<number, KafkaProcess>;
  addresses: string[];
  remove(): Promise<void>;
}

const CONTROLLER = 100;

export async function startKafkaCluster(count: number): Promise<KafkaCluster> {
  const home = await mkdtemp(path.join(tmpdir(), 'gitops-events-cluster-'));
  const controllerPort = await freePort();
  const start = async (id: number, port: number) => {
    const folder = path.join(home, String(id));
    await mkdir(folder);
    await makeLog(path.join(folder, 'log'), id);
    const isController = id === CONTROLLER;
    const node = await kafkaProcess({
      ...{ home: folder, port, heapMb: isController ? 128 : 256 },
      properties: {
        'node.id': String(id),
        'process.roles': isController ? 'controller' : 'broker',
        'controller.quorum.voters': `${CONTROLLER}@127.0.0.1:${controllerPort}`,
        'controller.listener.names': 'CONTROLLER',
        'listener.security.protocol.map':
          'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
        listeners: `${isController ? 'CONTROLLER' : 'PLAINTEXT'}://127.0.0.1:${port}`,
        'log.dirs': path.join(folder, 'log'),
        'auto.create.topics.enable': 'false',
        // A broker that was killed is missed soon.
        'broker.session.timeout.ms': '2000',
        'broker.heartbeat.interval.ms': '400',
        'replica.lag.time.max.ms': '2000',
      },
    });
    await node.start();
    return node;
  };
  const controller = await start(CONTROLLER, controllerPort);
  const ids = Array.from({ length: count }, (_, at) => at + 1);
  const ports = await Promise.all(ids.map(() => freePort()));
  const brokers = new Map<number, KafkaProcess>();
  await Promise.all(
    ids.map(async (id, at) => brokers.set(id, await start(id, ports[at]))),
  );
  const addresses = ports.map(port => `127.0.0.1:${port}`);
  await Promise.all(addresses.map(answers));
  return {
    ...{ brokers, addresses },
    remove: async () => {
      const all = [controller, ...brokers.values()];
      await Promise.all(all.map(node => node.kill()));
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** An empty log of its own, of the same cluster as the others. */
async function makeLog(log: string, id: number): Promise<void> {
  await cp(path.join(kafkaFolder, 'formatted'), log, { recursive: true });
  const file = path.join(log, 'meta.properties');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text
      .replace(/^node\.id=.*$/m, `node.id=${id}`)
      .replace(
        /^directory\.id=.*$/m,
        `directory.id=${randomBytes(16).toString('base64url')}`,
      ),
  );
}
