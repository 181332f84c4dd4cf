import { randomUUID } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import {
  incomingEvent,
  readAtLeast,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  describeWithNats,
  startRealNats,
  type RealNats,
} from './__testUtils__/realNats';
import { asAdmin, testConfig } from './__testUtils__/testNats';
import { NatsBus } from './natsBus';

jest.setTimeout(60_000);

describeWithNats('streams that the configuration names no more', () => {
  let server: RealNats;
  let bus: NatsBus | undefined;
  beforeAll(async () => {
    server = await startRealNats();
  });
  afterAll(() => server.remove());
  afterEach(() => bus?.stop());

  /** Takes the place of the one before. */
  const begin = async (streams: Array<[stream: string, count: number]>) => {
    await bus?.stop();
    const config = testConfig([server.address], {
      streams: streams.map(([stream, partitions], at) => ({
        ...{ stream, partitions },
        types: at + 1 < streams.length ? ['com.github.*'] : ['*'],
      })),
    });
    bus = new NatsBus(config, mockServices.logger.mock());
    await bus.start();
    return bus;
  };
  const pushes = (count: number) =>
    Array.from({ length: count }, () =>
      incomingEvent({ type: 'com.github.push' }),
    );
  const messagesOf = (name: string) =>
    asAdmin(
      server,
      async ({ streams }) => (await streams.info(name)).state.messages,
    );

  it.each(['with fewer partitions', 'at all'])(
    'are told of and read to their end, and nothing is sent there: %s',
    async how => {
      const [git, rest] = [`git-${randomUUID()}`, `rest-${randomUUID()}`];
      const before = await begin([
        [git, 2],
        [rest, 1],
      ]);
      const sent = pushes(20);
      await before.publish(sent);
      const partition = `${git}-1`;
      const of = sent.filter(event => before.route(event).name === partition);
      expect(of.length).toBeGreaterThan(1);
      const now = await begin(
        how === 'at all'
          ? [[rest, 1]]
          : [
              [git, 1],
              [rest, 1],
            ],
      );
      expect(await now.partitions()).not.toContain(partition);
      const first = await readAtLeast(now, { partition, atLeast: of.length });
      expect(first.events.map(({ uid }) => uid)).toEqual(
        of.map(({ uid }) => uid),
      );
      const lagAt = async (position?: string) => {
        const positions = new Map(position ? [[partition, position]] : []);
        const statuses = await now.status(positions, [partition]);
        return statuses.find(one => one.partition === partition)?.lag;
      };
      expect(await lagAt()).toBe(of.length);
      expect(await lagAt(first.next)).toBe(0);
      await now.publish(pushes(20));
      await expect(now.probe(partition, 'mark')).rejects.toThrow(
        'It is not configured any more.',
      );
      expect(await messagesOf(partition)).toBe(of.length);
      expect(now.health()).not.toHaveProperty('message');
    },
  );

  it('are not made again once somebody deleted them, and nothing is said of them', async () => {
    const [git, rest] = [`git-${randomUUID()}`, `rest-${randomUUID()}`];
    const before = await begin([
      [git, 1],
      [rest, 1],
    ]);
    await before.publish(pushes(1));
    const now = await begin([[rest, 1]]);
    const partition = `${git}-0`;
    await asAdmin(server, ({ streams }) => streams.delete(partition));
    const statuses = await now.status(new Map(), [partition]);
    expect(statuses).toEqual([{ partition: `${rest}-0`, lag: 0 }]);
    await expect(messagesOf(partition)).rejects.toThrow('stream not found');
  });
});
