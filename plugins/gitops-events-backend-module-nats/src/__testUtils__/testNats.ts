import { randomUUID } from 'node:crypto';
import {
  jetstream,
  jetstreamManager,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { connect, headers as newHeaders } from '@nats-io/transport-node';
import { mockServices } from '@backstage/backend-test-utils';
import type {
  BrokerUnderTest,
  SentMessage,
  SourceUnderTest,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { NatsConfig } from '../config';
import { NatsBus } from '../natsBus';
import { NatsSource } from '../natsSource';
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
    ...streamBreaker(server, partition),
  };
}

/** Deletes what a stream holds. */
function streamBreaker(server: RealNats, name: string) {
  const remove = () =>
    asAdmin(server, async ({ streams }) => {
      const { config: before } = await streams.info(name);
      await streams.delete(name);
      return async () => {
        await asAdmin(server, manager => manager.streams.add(before));
      };
    });
  return {
    deleteOldest: (count: number) =>
      asAdmin(server, async ({ streams }) => {
        const { state } = await streams.info(name);
        await streams.purge(name, {
          seq: Math.max(state.first_seq, 1) + count,
        });
      }),
    remove,
    recreate: async () => (await remove())(),
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

/** A stream of others, with all subjects below its name. */
export async function createForeignStream(
  server: Pick<RealNats, 'address'>,
): Promise<string> {
  const name = `foreign-${randomUUID()}`;
  await asAdmin(server, ({ streams }) =>
    streams.add({ name, subjects: [`${name}.>`] }),
  );
  return name;
}

/** Sends as others do; each is stored before the next. */
export async function publishTo(
  { address }: Pick<RealNats, 'address'>,
  subject: string,
  messages: SentMessage[],
): Promise<void> {
  const connection = await connect({ servers: [address] });
  try {
    const client = jetstream(connection);
    for (const { value = '', headers = {} } of messages) {
      const found = newHeaders();
      for (const [name, text] of Object.entries(headers)) found.set(name, text);
      await client.publish(subject, value, { headers: found });
    }
  } finally {
    await connection.close();
  }
}

/** A source on a stream of its own, with the means to break it. */
export async function sourceUnderTest(
  server: RealNats,
): Promise<SourceUnderTest> {
  const stream = await createForeignStream(server);
  const source = new NatsSource(
    {
      ...{ stream, servers: [server.address], name: 'test', key: 'test' },
      subjects: [`${stream}.wanted.*`],
    },
    mockServices.logger.mock(),
  );
  return {
    ...{ source, partition: stream, keyless: true },
    send: messages => publishTo(server, `${stream}.wanted.one`, messages),
    down: () => server.kill(),
    up: () => server.start(),
    ...streamBreaker(server, stream),
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
