import type { LoggerService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import type { EventBroker } from '@gitops-events/plugin-gitops-events-node';
import { startRealKafka } from '@gitops-events/plugin-gitops-events-backend-module-kafka/src/__testUtils__/realKafka';
import type { KafkaConfig } from '@gitops-events/plugin-gitops-events-backend-module-kafka/src/config';
import { KafkaBus } from '@gitops-events/plugin-gitops-events-backend-module-kafka/src/kafkaBus';
import type { BenchRoom } from '../../environment/benchRoom';
import { freePort } from '../../environment/postgresServer';
import type { ChaosBroker } from './chaosBus';
import { TcpProxy } from './tcpProxy';

/** One broker, as `.ci/kafka` brings it; replicas reach it by a line that can be cut. */
export async function startKafka(room: BenchRoom): Promise<ChaosBroker> {
  const line = new TcpProxy(undefined);
  const advertised = await line.start();
  const port = await freePort();
  line.leadTo({ host: '127.0.0.1', port });
  const plain = 'PLAINTEXT://127.0.0.1:{port}';
  const properties = {
    listeners: `${plain},LINE://127.0.0.1:${port},CONTROLLER://127.0.0.1:{controller}`,
    'advertised.listeners': `${plain},LINE://127.0.0.1:${advertised}`,
    'listener.security.protocol.map':
      'PLAINTEXT:PLAINTEXT,LINE:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
  };
  // Not in the folder for temporary files, which may be in memory.
  const server = await startRealKafka(properties, [], room.folder);
  room.atEnd(async () => {
    line.stop();
    await server.remove();
  });
  return {
    settings: {
      ...{ brokers: [`127.0.0.1:${advertised}`], clientId: 'chaos' },
      topics: [{ topic: 'chaos', types: ['*'], partitions: 3 }],
      ...{ replicas: 1, retentionDays: 1 },
    },
    about: 'Kafka, one broker, acks=all, no fsync: relaxed',
    servers: [{ line, kill: () => server.kill(), start: () => server.start() }],
  };
}

export function connectKafka(
  settings: JsonObject,
  logger: LoggerService,
): EventBroker {
  return new KafkaBus(settings as unknown as KafkaConfig, logger);
}
