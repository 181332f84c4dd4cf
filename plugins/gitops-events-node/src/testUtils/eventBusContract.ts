// A suite that others call, so a file of tests that exports is right here.
/* eslint-disable jest/no-export */
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type {
  BusPosition,
  EventBatch,
  EventBus,
  IncomingEvent,
} from '@gitops-events/plugin-gitops-events-node';
import { incomingEvent } from './eventFixture';

/** @public */
export interface EventBusContractOptions {
  /** A new, empty bus with one partition, for the ingress `registry`. */
  create(): Promise<EventBus>;
  /** Name of that partition, once there is a bus. Default `registry/0`. */
  partition?: () => string;
  /** Set for a broker: identities are known to whoever takes its events in. */
  takesAnyIdentity?: boolean;
}

/**
 * What every bus must do; call it inside a `describe` of a Jest test.
 *
 * @public
 */
export function eventBusContract(options: EventBusContractOptions): void {
  let bus: EventBus;
  beforeEach(async () => {
    bus = await options.create();
  });

  const { partition = () => 'registry/0', takesAnyIdentity } = options;
  const readFrom = (from?: BusPosition, atLeast = 1) =>
    readAtLeast(bus, { partition: partition(), from, atLeast });
  const results = async (events: IncomingEvent[]) =>
    (await bus.publish(events)).map(({ result }) => result);

  it('gives back all that was published, byte by byte', async () => {
    const event = incomingEvent({
      subject: 'shop/web:1.10',
      time: '2026-11-20T08:00:00.123456789+02:00',
      dataContentType: 'application/octet-stream',
      dataSchema: 'https://registry.example/schema',
      extensions: { traceparent: '00-ab-cd-01', attempt: 3, dry: false },
      entityRef: 'component:default/shop-web',
      ownerRef: 'group:default/shop',
      partitionKey: 'ключ-🔑',
      causationId: '0123456789abcdef0123456789abcdef',
      depth: 2,
      data: Uint8Array.from({ length: 256 }, (_, byte) => byte),
    });
    await bus.publish([event]);
    const [{ acceptedAt, data, ...stored }] = (await readFrom()).events;
    const { data: sent, ...rest } = event;
    expect(stored).toEqual(rest);
    expect(Buffer.from(data!)).toEqual(Buffer.from(sent!));
    expect(acceptedAt).toBeGreaterThan(1_700_000_000_000);
  });

  it('tells an empty payload from none', async () => {
    await bus.publish([
      incomingEvent({ data: new Uint8Array() }),
      incomingEvent(),
    ]);
    const { events } = await readFrom(undefined, 2);
    expect(events.map(({ data }) => data?.length)).toEqual([0, undefined]);
  });

  if (takesAnyIdentity) {
    it('takes an identity as often as it comes', async () => {
      const event = incomingEvent();
      expect(await results([event, event])).toEqual(['accepted', 'accepted']);
      const { events } = await readFrom(undefined, 2);
      expect(events.map(({ uid }) => uid)).toEqual([event.uid, event.uid]);
    });
  } else {
    keepsIdentities({ results, readFrom });
  }

  it('gives the order in which events were acknowledged', async () => {
    const events = Array.from({ length: 30 }, () => incomingEvent());
    for (const event of events) await bus.publish([event]);
    const read = await readFrom(undefined, 30);
    expect(read.events.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  });

  it('gives the order of the events of one call', async () => {
    const events = Array.from({ length: 300 }, () => incomingEvent());
    await bus.publish(events);
    const read = await readFrom(undefined, 300);
    expect(read.events.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  });

  it('goes on from each position without a gap or a repetition', async () => {
    const ids: string[] = [];
    const read: string[] = [];
    let position: BusPosition | undefined;
    const publishAll = (events: IncomingEvent[]) =>
      Promise.all(events.map(event => bus.publish([event])));
    for (let round = 0; round < 5; round++) {
      const events = Array.from({ length: round + 1 }, () => incomingEvent());
      await publishAll(events);
      ids.push(...events.map(({ id }) => id));
      const found = await readFrom(position, events.length);
      position = found.next;
      expect(Buffer.byteLength(position)).toBeLessThan(4096);
      read.push(...found.events.map(({ id }) => id));
    }
    expect(read.sort()).toEqual(ids.sort());
  });

  it('gives the same events again when they were not decided', async () => {
    await bus.publish([incomingEvent(), incomingEvent()]);
    const failure = new Error('not decided');
    const read = bus.read({
      partition: partition(),
      from: undefined,
      signal: new AbortController().signal,
      onBatch: async () => {
        throw failure;
      },
    });
    await expect(read).rejects.toBe(failure);
    expect((await readFrom(undefined, 2)).events).toHaveLength(2);
  });

  it('gives one batch at a time', async () => {
    let busy = 0;
    let mostBusy = 0;
    let count = 0;
    const abort = new AbortController();
    await bus.publish(Array.from({ length: 10 }, () => incomingEvent()));
    const read = bus.read({
      partition: partition(),
      from: undefined,
      signal: abort.signal,
      onBatch: async ({ events }) => {
        busy += 1;
        mostBusy = Math.max(mostBusy, busy);
        count += events.length;
        if (count < 20) await bus.publish([incomingEvent(), incomingEvent()]);
        else abort.abort();
        busy -= 1;
      },
    });
    await read;
    expect(mostBusy).toBe(1);
  });

  it('stops reading when it is told to', async () => {
    const abort = new AbortController();
    const read = bus.read({
      partition: partition(),
      from: undefined,
      signal: abort.signal,
      onBatch: async () => {},
    });
    abort.abort();
    await expect(read).resolves.toBeUndefined();
  });

  it('names its partitions and how far behind a position is', async () => {
    await bus.publish([incomingEvent(), incomingEvent(), incomingEvent()]);
    expect(await bus.partitions()).toEqual([partition()]);
    const lag = async (position?: BusPosition) => {
      const positions = new Map(position ? [[partition(), position]] : []);
      const [status] = await bus.status(positions);
      const { oldestAcceptedAt = 0, newestAcceptedAt = 0 } = status;
      expect(newestAcceptedAt).toBeGreaterThanOrEqual(oldestAcceptedAt);
      return status.lag;
    };
    expect(await lag()).toBe(3);
    const { next } = await readFrom(undefined, 3);
    expect(await lag(next)).toBe(0);
    await bus.publish([incomingEvent()]);
    expect(await lag(next)).toBe(1);
  });
}

function keepsIdentities(bus: {
  results(events: IncomingEvent[]): Promise<string[]>;
  readFrom: (from?: BusPosition, atLeast?: number) => Promise<Read>;
}): void {
  const { results, readFrom } = bus;

  it('accepts an identity once, and keeps what came first', async () => {
    const first = incomingEvent({ subject: 'first' });
    const second = { ...first, subject: 'second' };
    expect(await results([first, second])).toEqual(['accepted', 'duplicate']);
    expect(await results([second, incomingEvent()])).toEqual([
      'duplicate',
      'accepted',
    ]);
    const { events } = await readFrom(undefined, 2);
    expect(events.map(({ subject }) => subject)).toEqual(['first', undefined]);
  });

  it('accepts an identity once from callers at the same time', async () => {
    const events = Array.from({ length: 20 }, () => incomingEvent());
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        results(n % 2 ? events : events.slice().reverse()),
      ),
    );
    expect(answers.flat().filter(result => result === 'accepted')).toHaveLength(
      events.length,
    );
    expect((await readFrom(undefined, 20)).events).toHaveLength(20);
  });

  it('refuses one event without harm to its neighbours', async () => {
    const good = [incomingEvent(), incomingEvent()];
    expect(
      await results([
        good[0],
        incomingEvent({ subject: 'nul \0' }),
        incomingEvent({ id: 'half a pair \ud83d' }),
        good[1],
      ]),
    ).toEqual(['accepted', 'refused', 'refused', 'accepted']);
    const { events } = await readFrom(undefined, 2);
    expect(events.map(({ id }) => id)).toEqual(good.map(({ id }) => id));
  });
}

/** What was read until there was enough. @public */
export interface Read {
  events: StoredEvent[];
  next: BusPosition;
}

/** Reads until it has at least so many events. @public */
export async function readAtLeast(
  bus: Pick<EventBus, 'read'>,
  options: {
    partition: string;
    from?: BusPosition | undefined;
    atLeast: number;
  },
): Promise<Read> {
  const { partition, from, atLeast } = options;
  const abort = new AbortController();
  const batches: EventBatch[] = [];
  await bus.read({
    partition,
    from,
    signal: abort.signal,
    onBatch: async batch => {
      batches.push(batch);
      const count = batches.flatMap(({ events }) => events).length;
      if (count >= atLeast) abort.abort();
    },
  });
  return {
    events: batches.flatMap(({ events }) => events),
    next: batches[batches.length - 1].next,
  };
}
