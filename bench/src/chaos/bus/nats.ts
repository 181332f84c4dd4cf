import type { LoggerService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import type { EventBroker } from '@gitops-events/plugin-gitops-events-node';
import {
  startRealCluster,
  startRealNats,
  type RealNats,
} from '@gitops-events/plugin-gitops-events-backend-module-nats/src/__testUtils__/realNats';
import type { NatsConfig } from '@gitops-events/plugin-gitops-events-backend-module-nats/src/config';
import { NatsBus } from '@gitops-events/plugin-gitops-events-backend-module-nats/src/natsBus';
import type { BenchRoom } from '../../environment/benchRoom';
import type { ChaosBroker, ChaosServer } from './chaosBus';
import { TcpProxy } from './tcpProxy';

const CLUSTER = 3;

/** A cluster of servers as `.ci/nats` brings them; replicas reach each by a line that can be cut. */
export async function startNats(
  room: BenchRoom,
  one?: 'one',
): Promise<ChaosBroker> {
  // Not in the folder for temporary files, which may be in memory.
  const nodes = one
    ? [await startRealNats('', room.folder)]
    : await startRealCluster(CLUSTER, room.folder);
  const servers = await Promise.all(
    nodes.map(node => reachedByLine(room, node)),
  );
  return {
    settings: {
      ...{ servers: servers.map(({ address }) => address), name: 'chaos' },
      streams: [{ stream: 'chaos', types: ['*'], partitions: 3 }],
      // Three of them have to fit into what a server may store.
      ...{ maxBytes: 268_435_456, retentionDays: 1, replicas: nodes.length },
    },
    about: one
      ? 'NATS JetStream, one server, no fsync before it answers: relaxed'
      : `NATS JetStream, a cluster of ${CLUSTER} on one machine, ${CLUSTER} copies, no fsync before it answers: replicated`,
    servers,
  };
}

async function reachedByLine(
  room: BenchRoom,
  node: RealNats,
): Promise<ChaosServer & { address: string }> {
  const [host, port] = node.address.split(':');
  const line = new TcpProxy({ host, port: Number(port) });
  const reached = await line.start();
  room.atEnd(async () => {
    line.stop();
    await node.remove();
  });
  const { kill, start } = node;
  return { address: `127.0.0.1:${reached}`, line, kill, start };
}

export function connectNats(
  settings: JsonObject,
  logger: LoggerService,
): EventBroker {
  return new NatsBus(settings as unknown as NatsConfig, logger);
}
