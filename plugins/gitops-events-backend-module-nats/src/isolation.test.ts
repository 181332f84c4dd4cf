import { randomUUID } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import {
  incomingEvent,
  readAtLeast,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import { RetentionPolicy } from '@nats-io/jetstream';
import waitForExpect from 'wait-for-expect';
import {
  describeWithNats,
  startRealCluster,
  startRealNats,
  type RealNats,
} from './__testUtils__/realNats';
import { asAdmin, mend, testConfig } from './__testUtils__/testNats';
import type { NatsConfig } from './config';
import { NatsBus } from './natsBus';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const accepted = [{ result: 'accepted' }];
const alert = (data?: Buffer) =>
  incomingEvent({ type: 'io.prometheus.alert', ...(data && { data }) });

describeWithNats('a stream with which something is wrong', () => {
  const ends: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    while (ends.length > 0) await ends.pop()!();
  });

  const busBeside = (
    servers: Array<Pick<RealNats, 'address'>>,
    more: Partial<NatsConfig> = {},
    names = [`alerts-${randomUUID()}`, `rest-${randomUUID()}`],
  ) => {
    const [bad, good] = names;
    const addresses = servers.map(({ address }) => address);
    const config = testConfig(addresses, {
      streams: [
        { stream: bad, types: ['io.prometheus.*'], partitions: 1 },
        { stream: good, types: ['*'], partitions: 1 },
      ],
      ...more,
    });
    const bus = new NatsBus(config, mockServices.logger.mock());
    ends.push(() => bus.stop());
    return { bus, names, bad: `${bad}-0`, good: `${good}-0` };
  };
  const infoOf = (server: RealNats, name: string) =>
    asAdmin(server, ({ streams }) => streams.info(name));
  const startServer = async () => {
    const server = await startRealNats();
    ends.push(server.remove);
    return server;
  };
  /** Takes, gives and tells as if there were no other. */
  const goesOn = async (bus: NatsBus, good: string) => {
    const event = incomingEvent();
    expect(await bus.publish([event])).toEqual(accepted);
    const read = await readAtLeast(bus, { partition: good, atLeast: 1 });
    expect(read.events.map(({ uid }) => uid)).toContain(event.uid);
    const statuses = await bus.status(new Map());
    expect(statuses.find(({ partition }) => partition === good)?.lag).toBe(
      read.events.length,
    );
    expect(bus.health().state).toBe('up');
  };

  it('holds up no other while it has no leader, and goes on when it has one', async () => {
    const nodes = await startRealCluster(3);
    ends.push(...nodes.map(({ remove }) => remove));
    const { bus, bad, good } = busBeside(nodes, { replicas: 1 });
    await bus.start();
    const isWell = () =>
      waitForExpect(() => expect(bus.health()).not.toHaveProperty('message'));
    await isWell();
    // The one is on one node, the other on all of them.
    await mend(nodes[0], good, { num_replicas: 3 });
    await waitForExpect(async () => {
      const { cluster } = await infoOf(nodes[0], good);
      expect(cluster?.replicas).toMatchObject([
        { current: true },
        { current: true },
      ]);
    });
    const { cluster } = await infoOf(nodes[0], bad);
    const node = nodes[Number(cluster!.leader!.slice(-1))];
    await bus.publish([alert()]);
    await node.kill();
    await waitForExpect(() => goesOn(bus, good));
    await waitForExpect(() =>
      expect(bus.publish([alert()])).rejects.toThrow('It is tried on.'),
    );
    expect(bus.health()).toMatchObject({
      state: 'up',
      message: expect.stringContaining(`The stream ${bad}: `),
    });
    await goesOn(bus, good);
    expect(bus.health().message).not.toContain(good);
    await node.start();
    await waitForExpect(async () =>
      expect(await bus.publish([alert()])).toEqual(accepted),
    );
    await isWell();
    const read = await readAtLeast(bus, { partition: bad, atLeast: 2 });
    expect(read.events).toHaveLength(2);
  });

  it('holds up no other while it is full', async () => {
    const { bus, bad, good } = busBeside([await startServer()], {
      maxBytes: 60_000,
    });
    await bus.start();
    const fill = () => bus.publish([alert(Buffer.alloc(9_000))]);
    const filling = async () => {
      for (;;) await fill();
    };
    await expect(filling()).rejects.toThrow('maximum bytes exceeded');
    expect(bus.health().message).toContain(`The stream ${bad}: It is full.`);
    await goesOn(bus, good);
  });

  it('holds up no other once it would lose events, and goes on when it is mended', async () => {
    const server = await startServer();
    const { bus, names, bad, good } = busBeside([server]);
    await bus.start();
    await bus.stop();
    await mend(server, bad, { max_age: 3_600_000_000_000 });
    const { bus: again } = busBeside([server], {}, names);
    await again.start();
    await expect(again.publish([alert()])).rejects.toThrow('max_age');
    expect(again.health().message).toContain(`The stream ${bad} deletes`);
    await goesOn(again, good);
    await mend(server, bad, { max_age: 0 });
    await waitForExpect(async () =>
      expect(await again.publish([alert()])).toEqual(accepted),
    );
    expect(again.health()).not.toHaveProperty('message');
  });

  it('is made again where it was deleted, beside others', async () => {
    const server = await startServer();
    const { bus, bad, good } = busBeside([server]);
    await bus.start();
    await asAdmin(server, ({ streams }) => streams.delete(bad));
    await expect(bus.publish([alert()])).rejects.toThrow();
    await goesOn(bus, good);
    await waitForExpect(async () =>
      expect(await bus.publish([alert()])).toEqual(accepted),
    );
  });

  it('holds up no other where it cannot be made', async () => {
    const server = await startServer();
    const { bus, bad, good } = busBeside([server]);
    await asAdmin(server, ({ streams }) =>
      streams.add({
        ...{ name: `taken-${randomUUID()}`, retention: RetentionPolicy.Limits },
        subjects: [`${bad.slice(0, -2)}.0`],
      }),
    );
    await bus.start();
    await expect(bus.publish([alert()])).rejects.toThrow('Another stream');
    await goesOn(bus, good);
    expect(await bus.partitions()).toEqual([bad, good].sort());
  });
});
