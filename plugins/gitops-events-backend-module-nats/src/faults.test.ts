import type { BusPosition } from '@gitops-events/plugin-gitops-events-node';
import {
  incomingEvent,
  readAtLeast,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { describeWithNats } from './__testUtils__/realNats';
import { asAdmin, busForEachTest } from './__testUtils__/testNats';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

describeWithNats('a real NATS server in trouble', () => {
  const real = busForEachTest();
  const { begin } = real;

  const keyed = (key: string) => incomingEvent({ partitionKey: key });
  const readUntilLost = (from: BusPosition | undefined) =>
    real.test.bus.read({
      ...{ partition: real.test.partition, from, onBatch: async () => {} },
      signal: new AbortController().signal,
    });
  /** Publishes one after the other, each until it is acknowledged. */
  const startSender = (keys: string[]) => {
    const acknowledged: string[] = [];
    let refused = 0;
    let going = true;
    const done = Promise.all(
      keys.map(async key => {
        while (going) {
          const batch = [keyed(key), keyed(key), keyed(key)];
          for (let isIn = false; !isIn;) {
            isIn = await real.test.bus.publish(batch).then(
              () => true,
              () => false,
            );
            if (isIn) continue;
            refused += 1;
            await new Promise(again => setTimeout(again, 50));
          }
          acknowledged.push(...batch.map(({ uid }) => `${key} ${uid}`));
        }
      }),
    );
    return {
      acknowledged,
      refused: () => refused,
      stop: async () => {
        going = false;
        await done;
      },
    };
  };
  /** What the stream has, each identity where it came first, as the intake takes it. */
  const firstReads = async (last: string) => {
    const seen = new Set<string>();
    const abort = new AbortController();
    await real.test.bus.read({
      ...{
        partition: real.test.partition,
        from: undefined,
        signal: abort.signal,
      },
      onBatch: async ({ events }) => {
        for (const { uid, partitionKey } of events) {
          seen.add(`${partitionKey} ${uid}`);
        }
        if (seen.has(last)) abort.abort();
      },
    });
    return [...seen];
  };
  const ofKey = (all: string[], key: string) =>
    all.filter(one => one.startsWith(`${key} `));

  it.each([
    ['killed', () => real.server.kill(), () => real.server.start()],
    ['frozen', () => real.server.freeze(), () => real.server.goOn()],
  ])(
    'loses nothing that it acknowledged and keeps the order of a key while it is %s',
    async (_, fail, heal) => {
      const bus = await begin();
      const sender = startSender(['a', 'b', 'c']);
      const count = () => sender.acknowledged.length;
      await waitForExpect(() => expect(count()).toBeGreaterThan(100));
      await fail();
      await waitForExpect(() => expect(sender.refused()).toBeGreaterThan(3));
      expect(bus.health()).toMatchObject({
        ...{ state: 'down', message: 'It does not answer. It is tried on.' },
      });
      await heal();
      const before = count();
      await waitForExpect(() => expect(count()).toBeGreaterThan(before + 100));
      await sender.stop();
      const last = keyed('last');
      await bus.publish([last]);
      const read = await firstReads(`last ${last.uid}`);
      for (const key of ['a', 'b', 'c']) {
        expect(ofKey(read, key)).toEqual(ofKey(sender.acknowledged, key));
      }
    },
  );

  it('stores once what it is sent twice because the answer was lost', async () => {
    const bus = await begin();
    await real.server.freeze();
    const batch = ['a', 'a', 'b'].map(keyed);
    const sending = bus.publish(batch);
    // The server has it in its buffers, and the first answer comes too late.
    await new Promise(late => setTimeout(late, 2_500));
    await real.server.goOn();
    expect(await sending).toEqual(batch.map(() => ({ result: 'accepted' })));
    const state = await asAdmin(
      real.server,
      async ({ streams }) => (await streams.info(real.test.partition)).state,
    );
    expect(state.messages).toBe(3);
    const { events } = await readAtLeast(bus, { ...real.test, atLeast: 3 });
    const sorted = events.map(({ uid }) => uid).sort();
    expect(sorted).toEqual(batch.map(({ uid }) => uid).sort());
  });

  it('stops at one message that somebody deleted, and goes on over it when a person says so', async () => {
    const bus = await begin();
    const events = Array.from({ length: 5 }, () => incomingEvent());
    await bus.publish(events);
    await asAdmin(real.server, ({ streams }) =>
      streams.deleteMessage(real.test.partition, 3),
    );
    const taken: string[] = [];
    let next: BusPosition | undefined;
    const reading = bus.read({
      ...{ partition: real.test.partition, from: undefined },
      signal: new AbortController().signal,
      onBatch: async batch => {
        taken.push(...batch.events.map(({ uid }) => uid));
        next = batch.next;
      },
    });
    await expect(reading).rejects.toThrow(
      `Message 3 of the stream ${real.test.partition} was deleted before it was read.`,
    );
    expect(taken).toHaveLength(2);
    await expect(readUntilLost(next)).rejects.toThrow('Message 3');
    const from = await bus.position(real.test.partition, 'oldest');
    const { events: rest } = await readAtLeast(bus, {
      ...{ partition: real.test.partition, from, atLeast: 4 },
    });
    expect(rest.map(({ uid }) => uid)).toEqual(
      events.flatMap(({ uid }, at) => (at === 2 ? [] : uid)),
    );
  });

  it.each(['purged', 'made anew'])(
    'stops a reader whose stream is %s under it',
    async how => {
      const bus = await begin();
      await bus.publish([incomingEvent()]);
      const lose = async () => {
        await bus.publish([incomingEvent(), incomingEvent()]);
        await real.test.deleteOldest(2);
      };
      let heard = 0;
      const reading = bus.read({
        ...{ partition: real.test.partition, from: undefined },
        signal: new AbortController().signal,
        onBatch: async () => {
          heard += 1;
          if (heard > 1) return;
          await (how === 'purged' ? lose() : real.test.recreate());
        },
      });
      await expect(reading).rejects.toThrow(
        how === 'purged' ? 'was deleted before it was read' : 'was made anew',
      );
      expect(heard).toBe(1);
    },
  );

  it('makes a stream again that was deleted, and tells whoever read it', async () => {
    const bus = await begin();
    await bus.publish([incomingEvent()]);
    const { next } = await readAtLeast(bus, { ...real.test, atLeast: 1 });
    await asAdmin(real.server, ({ streams }) =>
      streams.delete(real.test.partition),
    );
    await waitForExpect(() =>
      expect(bus.publish([incomingEvent()])).resolves.toHaveLength(1),
    );
    await expect(readUntilLost(next)).rejects.toThrow('was made anew');
  });
});
