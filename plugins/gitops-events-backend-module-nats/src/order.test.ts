import {
  incomingEvent,
  readAtLeast,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  startDroppingProxy,
  type DroppingProxy,
} from './__testUtils__/droppingProxy';
import {
  describeWithNats,
  startRealNats,
  type RealNats,
} from './__testUtils__/realNats';
import { busUnderTest } from './__testUtils__/testNats';

jest.setTimeout(60_000);

describeWithNats('a real NATS server to which not every message comes', () => {
  let server: RealNats;
  let proxy: DroppingProxy;
  beforeAll(async () => {
    server = await startRealNats();
    proxy = await startDroppingProxy(server.address);
  });
  afterAll(async () => {
    await proxy.close();
    await server.remove();
  });

  it.each([1, 2])(
    'has the events of a key in their order where number %s of three was lost once',
    async number => {
      const { bus, stream, partition } = await busUnderTest({
        ...server,
        address: proxy.address,
      });
      const before = proxy.dropped();
      proxy.drop(`${stream}.0`, number);
      const batch = Array.from({ length: 3 }, () =>
        incomingEvent({ partitionKey: 'one' }),
      );
      expect(await bus.publish(batch)).toEqual(
        batch.map(() => ({ result: 'accepted' })),
      );
      expect(proxy.dropped()).toBe(before + 1);
      const { events } = await readAtLeast(bus, { partition, atLeast: 3 });
      expect(events.map(({ uid }) => uid)).toEqual(batch.map(({ uid }) => uid));
      await bus.stop();
    },
  );
});
