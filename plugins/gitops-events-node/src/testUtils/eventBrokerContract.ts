// A suite that others call, so a file of tests that exports is right here.
/* eslint-disable jest/no-export */
import {
  EventsLost,
  type BusPosition,
  type EventBroker,
} from '@gitops-events/plugin-gitops-events-node';
import { eventBusContract, readAtLeast } from './eventBusContract';
import { incomingEvent } from './eventFixture';

/** A broker that was started, and the means to break it. @public */
export interface BrokerUnderTest {
  bus: EventBroker;
  /** The only one that it has. */
  partition: string;
  /** From now on nobody is answered. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Deletes the oldest records, at least so many. */
  deleteOldest(count: number): Promise<void>;
  /** Deletes the partition with all that it holds, and makes it again. */
  recreate(): Promise<void>;
}

/**
 * What every broker must do; call it inside a `describe` of a Jest test.
 *
 * @param create - gives a new, empty one with one partition
 * @public
 */
export function eventBrokerContract(
  create: () => Promise<BrokerUnderTest>,
): void {
  let broker: BrokerUnderTest;
  let bus: EventBroker;
  let partition: string;
  const begin = async () => {
    broker = await create();
    ({ bus, partition } = broker);
    return bus;
  };
  afterEach(() => bus.stop());

  const publish = async (count: number) => {
    const events = Array.from({ length: count }, () => incomingEvent());
    await bus.publish(events);
    return events.map(({ id }) => id);
  };
  const idsFrom = async (from: BusPosition | undefined, atLeast: number) => {
    const read = await readAtLeast(bus, { partition, from, atLeast });
    return { next: read.next, ids: read.events.map(({ id }) => id) };
  };
  const readUntilLost = (from: BusPosition | undefined) =>
    bus.read({
      partition,
      from,
      onBatch: async () => {},
      signal: new AbortController().signal,
    });

  describe('as a bus', () => {
    eventBusContract({
      create: begin,
      partition: () => partition,
      takesAnyIdentity: true,
    });
  });

  describe('as a broker', () => {
    beforeEach(begin);

    it('knows what an acknowledgement means, and that it is up', () => {
      expect(['disk', 'replicated', 'relaxed']).toContain(bus.durability);
      expect(bus.health()).toMatchObject({ state: 'up' });
    });

    it('lets a probe come through to whoever reads, and counts it as no event', async () => {
      const ids = await publish(1);
      await bus.probe(partition, 'mark one');
      const abort = new AbortController();
      const marks: string[] = [];
      let next: BusPosition | undefined;
      const read = bus.read({
        partition,
        from: undefined,
        signal: abort.signal,
        onBatch: async batch => {
          marks.push(...(batch.probes ?? []));
          next = batch.next;
          if (marks.length > 0) abort.abort();
        },
      });
      await read;
      expect(marks).toEqual(['mark one']);
      const more = await publish(1);
      expect(await idsFrom(undefined, 2)).toMatchObject({
        ids: [...ids, ...more],
      });
      expect((await idsFrom(next, 1)).ids).toEqual(more);
    });

    it('gives the same to each of two readers', async () => {
      const ids = await publish(3);
      const both = await Promise.all([
        idsFrom(undefined, 3),
        idsFrom(undefined, 3),
      ]);
      expect(both.map(read => read.ids)).toEqual([ids, ids]);
    });

    it('notices that records went before they were read', async () => {
      await publish(2);
      const { next } = await idsFrom(undefined, 2);
      await publish(3);
      await broker.deleteOldest(4);
      for (const from of [next, undefined]) {
        await expect(readUntilLost(from)).rejects.toBeInstanceOf(EventsLost);
      }
      const oldest = await bus.position(partition, 'oldest');
      const [more] = await publish(1);
      expect((await idsFrom(oldest, 2)).ids).toContain(more);
    });

    it('loses nothing where only what was read is deleted', async () => {
      await publish(3);
      const { next } = await idsFrom(undefined, 3);
      await broker.deleteOldest(3);
      const ids = await publish(1);
      expect((await idsFrom(next, 1)).ids).toEqual(ids);
    });

    it('notices a partition that was made anew, however much it holds', async () => {
      await publish(3);
      const { next } = await idsFrom(undefined, 3);
      await broker.recreate();
      await expect(readUntilLost(next)).rejects.toBeInstanceOf(EventsLost);
      await publish(5);
      await expect(readUntilLost(next)).rejects.toBeInstanceOf(EventsLost);
      const newest = await bus.position(partition, 'newest');
      const ids = await publish(1);
      expect((await idsFrom(newest, 1)).ids).toEqual(ids);
    });

    it('acknowledges nothing while it is down, and goes on by itself after that', async () => {
      await publish(1);
      const abort = new AbortController();
      const seen: string[] = [];
      const read = bus.read({
        partition,
        from: undefined,
        signal: abort.signal,
        onBatch: async ({ events }) => {
          seen.push(...events.map(({ id }) => id));
        },
      });
      await until(async () => seen.length === 1);
      await broker.down();
      await expect(publish(1)).rejects.toThrow();
      await until(async () => bus.health().state === 'down');
      await broker.up();
      await until(async () => bus.health().state === 'up');
      let ids: string[] = [];
      await until(() =>
        publish(1).then(
          published => {
            ids = published;
            return true;
          },
          () => false,
        ),
      );
      await until(async () => seen.includes(ids[0]));
      abort.abort();
      await read;
    });

    it('ends what it does when it is stopped, and takes nothing after that', async () => {
      const read = bus.read({
        partition,
        from: undefined,
        onBatch: async () => {},
        signal: new AbortController().signal,
      });
      await bus.stop();
      await expect(read).resolves.toBeUndefined();
      await expect(publish(1)).rejects.toThrow();
      await bus.stop();
    });
  });
}

/** Asks again until it is so; the test's own timeout ends it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(done => setTimeout(done, 20));
}
