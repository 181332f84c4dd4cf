import type { LoggerService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import type { EventBroker } from '@gitops-events/plugin-gitops-events-node';
import { startRealNats } from '@gitops-events/plugin-gitops-events-backend-module-nats/src/__testUtils__/realNats';
import type { NatsConfig } from '@gitops-events/plugin-gitops-events-backend-module-nats/src/config';
import { NatsBus } from '@gitops-events/plugin-gitops-events-backend-module-nats/src/natsBus';
import type { BenchRoom } from '../../environment/benchRoom';
import type { ChaosBroker } from './chaosBus';
import { TcpProxy } from './tcpProxy';

/** One server, as `.ci/nats` brings it; replicas reach it by a line that can be cut. */
export async function startNats(room: BenchRoom): Promise<ChaosBroker> {
  // It keeps its streams in the folder for temporary files, which may be in memory.
  process.env.TMPDIR = room.folder;
  const server = await startRealNats();
  const [host, port] = server.address.split(':');
  const line = new TcpProxy({ host, port: Number(port) });
  const reached = await line.start();
  room.atEnd(async () => {
    line.stop();
    await server.remove();
  });
  return {
    settings: {
      ...{ servers: [`127.0.0.1:${reached}`], name: 'chaos' },
      streams: [{ stream: 'chaos', types: ['*'], partitions: 3 }],
      // Three of them have to fit into what the server may store.
      ...{ maxBytes: 268_435_456, retentionDays: 1 },
    },
    about: 'NATS JetStream, one server, no fsync before it answers: relaxed',
    line,
    kill: () => server.kill(),
    start: () => server.start(),
  };
}

export function connectNats(
  settings: JsonObject,
  logger: LoggerService,
): EventBroker {
  return new NatsBus(settings as unknown as NatsConfig, logger);
}
