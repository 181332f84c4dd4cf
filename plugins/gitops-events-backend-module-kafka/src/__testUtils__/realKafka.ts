import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import {
  formatLog,
  freePort,
  kafkaFolder,
  kafkaProcess,
  type KafkaProcess,
} from './kafkaProcess';

export { describeWithKafka } from './kafkaProcess';

/** One broker of its own, with its log in a temporary folder. */
export interface RealKafka extends KafkaProcess {
  address: string;
  addresses: string[];
  /** Ends it and removes its log. */
  remove(): Promise<void>;
}

/**
 * @param more - properties; `{port}` and `{controller}` are filled in
 * @param scram - who is known by a password, as `formatLog` has them
 * @param under - the folder that gets the one of its log
 */
export async function startRealKafka(
  more: Record<string, string> = {},
  scram: string[] = [],
  under = tmpdir(),
): Promise<RealKafka> {
  const home = await mkdtemp(path.join(under, 'gitops-events-kafka-'));
  const [port, controller] = [await freePort(), await freePort()];
  const properties = propertiesOf({ home, port, controller, more });
  const broker = await kafkaProcess({ home, port, properties });
  if (scram.length > 0) await formatLog(broker.properties, scram);
  else
    await cp(path.join(kafkaFolder, 'formatted'), properties['log.dirs'], {
      recursive: true,
    });
  const address = `127.0.0.1:${port}`;
  const start = async () => {
    await broker.start();
    await answers(address);
  };
  await start();
  return {
    ...{ address, addresses: [address], start },
    ...{ kill: broker.kill, properties: broker.properties },
    remove: async () => {
      await broker.kill();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function propertiesOf(options: {
  home: string;
  port: number;
  controller: number;
  more: Record<string, string>;
}): Record<string, string> {
  const { home, port, controller, more } = options;
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map':
      'PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
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
  const fill = (text: string) =>
    text
      .replaceAll('{port}', String(port))
      .replaceAll('{controller}', String(controller));
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, fill(value)]),
  );
}

/** Waits until it does. */
export async function answers(address: string): Promise<void> {
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
      await sleep(100);
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }
}
