import { randomUUID } from 'node:crypto';
import {
  jetstreamManager,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { mockServices } from '@backstage/backend-test-utils';
import type { BrokerUnderTest } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { NatsConfig } from '../config';
import { NatsBus } from '../natsBus';
import { startRealNats, type RealNats } from './realNats';

export function testConfig(
  servers: string[],
  more: Partial<NatsConfig> = {},
): NatsConfig & { stream: string } {
  const stream = `test-${randomUUID()}`;
  return {
    ...{ servers, name: 'test', stream },
    streams: [{ stream, types: ['*'], partitions: 1 }],
    ...{ maxBytes: 10_000_000, retentionDays: 1 },
    ...more,
  };
}

/** A bus on a stream of its own, with the means to break it. */
export async function busUnderTest(
  server: RealNats,
  more: Partial<NatsConfig> = {},
): Promise<BrokerUnderTest & { bus: NatsBus; stream: string }> {
  const config = testConfig([server.address], more);
  const { stream } = config;
  const partition = `${stream}-0`;
  const bus = new NatsBus(config, mockServices.logger.mock());
  await bus.start();
  return {
    ...{ bus, stream, partition },
    down: () => server.kill(),
    up: () => server.start(),
    deleteOldest: count =>
      asAdmin(server, async ({ streams }) => {
        const { state } = await streams.info(partition);
        await streams.purge(partition, {
          seq: Math.max(state.first_seq, 1) + count,
        });
      }),
    recreate: () =>
      asAdmin(server, async ({ streams }) => {
        const { config: before } = await streams.info(partition);
        await streams.delete(partition);
        await streams.add(before);
      }),
  };
}

/** One server for all tests of a suite; a bus on it for each that begins one. */
export function busForEachTest() {
  let server: RealNats;
  let test: Awaited<ReturnType<typeof busUnderTest>> | undefined;
  beforeAll(async () => {
    server = await startRealNats();
  });
  afterAll(() => server.remove());
  afterEach(async () => {
    await test?.bus.stop();
    test = undefined;
  });
  return {
    get server() {
      return server;
    },
    /** The one that was begun last. */
    get test() {
      return test!;
    },
    begin: async (more?: Partial<NatsConfig>) => {
      test = await busUnderTest(server, more);
      return test.bus;
    },
  };
}

/** Changes what a stream is set to. */
export function mend(
  server: Pick<RealNats, 'address'>,
  name: string,
  settings: Partial<StreamConfig>,
): Promise<unknown> {
  return asAdmin(server, ({ streams }) => streams.update(name, settings));
}

export async function asAdmin<T>(
  { address }: Pick<RealNats, 'address'>,
  work: (manager: JetStreamManager) => Promise<T>,
): Promise<T> {
  const connection = await connect({ servers: [address] });
  try {
    return await work(await jetstreamManager(connection));
  } finally {
    await connection.close();
  }
}
