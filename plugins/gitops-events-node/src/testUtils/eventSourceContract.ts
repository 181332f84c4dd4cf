// A suite that others call, so a file of tests that exports is right here.
/* eslint-disable jest/no-export */
import {
  EventsLost,
  type PullSource,
  type SourceBatch,
  type SourceMessage,
  type SourcePosition,
} from '@gitops-events/plugin-gitops-events-node';
import type { SentMessage } from './memorySource';

/** A source, and the means to break what it reads. @public */
export interface SourceUnderTest {
  source: PullSource;
  /** The only one that it has. */
  partition: string;
  /** As others do; resolves once they are there. Keys are left out where there are none. */
  send(messages: SentMessage[]): Promise<void>;
  /** From now on nobody is answered. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Deletes the oldest messages, so many. */
  deleteOldest(count: number): Promise<void>;
  /** Deletes what is read with all that it holds; what it gives makes it again. */
  remove(): Promise<() => Promise<void>>;
  /** Whether messages have no keys there. */
  keyless?: boolean;
}

/**
 * What every pulled source must do; call it inside a `describe` of a Jest test.
 *
 * @param create - gives a new one on something empty with one partition
 * @public
 */
export function eventSourceContract(
  create: () => Promise<SourceUnderTest>,
): void {
  let outside: SourceUnderTest;
  let source: PullSource;
  let partition: string;
  beforeEach(async () => {
    outside = await create();
    ({ source, partition } = outside);
  });
  afterEach(() => source.stop());

  let sent = 0;
  const send = async (count: number) => {
    const values = Array.from({ length: count }, () => `${(sent += 1)}`);
    await outside.send(values.map(value => ({ value })));
    return values;
  };
  const oldest = () => source.position(partition, 'oldest');
  const readUntilLost = (position: SourcePosition) =>
    source.start({
      ...{ partition, position, trouble: () => {} },
      emit: async () => {},
      signal: new AbortController().signal,
    });

  /** Reads until it has so many messages. */
  const read = async (position: SourcePosition, atLeast: number) => {
    const abort = new AbortController();
    const messages: SourceMessage[] = [];
    let next = position;
    await source.start({
      ...{ partition, position, trouble: () => {}, signal: abort.signal },
      emit: async batch => {
        messages.push(...batch.messages);
        next = batch.position;
        if (messages.length >= atLeast) abort.abort();
      },
    });
    return { messages, next, values: messages.map(textOf) };
  };

  it('names what there is to read', async () => {
    const { found, trouble } = await source.partitions();
    expect(found).toEqual([{ partition, topic: expect.any(String) }]);
    const [{ topic }] = found;
    expect(trouble).toBeUndefined();
    expect(source.hasTopic(topic)).toBe(true);
    expect(source.hasTopic(`another-${topic}`)).toBe(false);
  });

  it('says what is not there, until it is', async () => {
    const [{ topic }] = (await source.partitions()).found;
    const recreate = await outside.remove();
    const look = async () => {
      const { found, missing = [] } = await source.partitions();
      return `${found.length} found, ${missing.length} missing`;
    };
    await until(async () => (await look()) === '0 found, 1 missing');
    expect((await source.partitions()).missing).toEqual([topic]);
    await recreate();
    await until(async () => (await look()) === '1 found, 0 missing');
  });

  it('gives each message byte by byte, with a place of its own, and the same again', async () => {
    const value = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await outside.send([
      { key: 'one', value, headers: { 'x-kind': 'a b', ce_id: '%20' } },
      { value: '' },
    ]);
    const { messages } = await read(await oldest(), 2);
    expect(Buffer.from(messages[0].value!)).toEqual(Buffer.from(value));
    expect(messages[1].value).toHaveLength(0);
    const headers = Object.fromEntries(messages[0].headers);
    expect(headers).toMatchObject({ 'x-kind': 'a b', ce_id: '%20' });
    const [key] = messages.map(one => one.key && Buffer.from(one.key));
    expect(key?.toString()).toBe(outside.keyless ? undefined : 'one');
    expect(messages[1].key).toBeUndefined();
    expect(messages[0].timestamp).toBeGreaterThan(1_700_000_000_000);
    expect(messages[1].offset).toBeGreaterThan(messages[0].offset);
    expect(messages[1].place).not.toBe(messages[0].place);
    expect((await read(await oldest(), 2)).messages).toEqual(messages);
  });

  it('begins with what comes from now on where that is asked', async () => {
    await send(3);
    const newest = await source.position(partition, 'newest');
    const values = await send(2);
    expect((await read(newest, 2)).values).toEqual(values);
  });

  it('begins with the first that was written at a moment or later', async () => {
    const since = Date.now();
    const empty = await source.position(partition, { since });
    const old = await send(2);
    const { messages } = await read(empty, 2);
    const next = messages[1].timestamp + 1;
    await until(async () => Date.now() > next);
    const values = await send(2);
    const readSince = async (moment: number, count: number) => {
      const from = await source.position(partition, { since: moment });
      return (await read(from, count)).values;
    };
    expect(await readSince(next, 2)).toEqual(values);
    expect(await readSince(0, 4)).toEqual([...old, ...values]);
    const future = Date.now() + 60_000;
    const end = await source.position(partition, { since: future });
    const later = await send(1);
    expect((await read(end, 1)).values).toEqual(later);
  });

  it('gives the order of the partition, and goes on from each position without a gap or a repetition', async () => {
    const values: string[] = [];
    const found: string[] = [];
    let position = await oldest();
    for (const count of [1, 700, 3, 40]) {
      values.push(...(await send(count)));
      const part = await read(position, values.length - found.length);
      found.push(...part.values);
      position = part.next;
      expect(Buffer.byteLength(position)).toBeLessThan(1024);
    }
    expect(found).toEqual(values);
  });

  it('gives the same messages again where they were not taken in', async () => {
    const values = await send(3);
    const from = await oldest();
    const failure = new Error('not taken in');
    const reading = source.start({
      ...{ partition, position: from, trouble: () => {} },
      emit: async () => {
        throw failure;
      },
      signal: new AbortController().signal,
    });
    await expect(reading).rejects.toBe(failure);
    expect((await read(from, 3)).values).toEqual(values);
  });

  it('waits for each batch, and gives nothing after the one during which it was told to stop', async () => {
    const values = await send(5);
    const abort = new AbortController();
    const batches: SourceBatch[] = [];
    let busy = 0;
    let mostBusy = 0;
    await source.start({
      ...{ partition, position: await oldest(), signal: abort.signal },
      trouble: () => {},
      emit: async batch => {
        busy += 1;
        mostBusy = Math.max(mostBusy, busy);
        batches.push(batch);
        if (batches.length === 1) values.push(...(await send(5)));
        else abort.abort();
        busy -= 1;
      },
    });
    expect(mostBusy).toBe(1);
    expect(batches).toHaveLength(2);
    const found = batches.flatMap(({ messages }) => messages.map(textOf));
    expect(found).toEqual(values.slice(0, found.length));
  });

  it('stops reading when it is told to, by the signal and by its own stop', async () => {
    const abort = new AbortController();
    const position = await oldest();
    const start = (signal: AbortSignal) =>
      source.start({
        ...{ partition, position, signal, trouble: () => {} },
        emit: async () => {},
      });
    const one = start(abort.signal);
    abort.abort();
    await expect(one).resolves.toBeUndefined();
    const two = start(new AbortController().signal);
    await source.stop();
    await expect(two).resolves.toBeUndefined();
    await source.stop();
  });

  it('notices that messages went before they were read, and goes on where a person says', async () => {
    await send(2);
    const { next } = await read(await oldest(), 2);
    await send(3);
    await outside.deleteOldest(4);
    await expect(readUntilLost(next)).rejects.toBeInstanceOf(EventsLost);
    const values = await send(1);
    const rest = await read(await oldest(), 2);
    expect(rest.values[1]).toBe(values[0]);
  });

  it('loses nothing where only what was read is deleted', async () => {
    await send(3);
    const { next } = await read(await oldest(), 3);
    await outside.deleteOldest(3);
    const values = await send(1);
    expect((await read(next, 1)).values).toEqual(values);
  });

  it('notices what was made anew, however much it holds', async () => {
    await send(3);
    const { next } = await read(await oldest(), 3);
    const recreate = await outside.remove();
    await recreate();
    await expect(readUntilLost(next)).rejects.toBeInstanceOf(EventsLost);
    await send(5);
    await expect(readUntilLost(next)).rejects.toBeInstanceOf(EventsLost);
    const newest = await source.position(partition, 'newest');
    const values = await send(1);
    expect((await read(newest, 1)).values).toEqual(values);
  });

  it('tells how much is left', async () => {
    const position = await oldest();
    await send(3);
    const lag = async (from: SourcePosition) =>
      (await source.lag(new Map([[partition, from]]))).get(partition);
    expect(await lag(position)).toBe(3);
    const { next } = await read(position, 3);
    expect(await lag(next)).toBe(0);
  });

  it('says why it cannot read while nobody answers, and goes on by itself after that', async () => {
    const abort = new AbortController();
    const seen: string[] = [];
    let told: string | undefined;
    const [first] = await send(1);
    const reading = source.start({
      ...{ partition, position: await oldest(), signal: abort.signal },
      emit: async ({ messages }) => {
        seen.push(...messages.map(textOf));
      },
      trouble: message => {
        told = message;
      },
    });
    await until(async () => seen.includes(first));
    await outside.down();
    await until(async () => told !== undefined);
    expect(told).toMatch(/^[A-Z].*\.$/);
    await until(async () => (await source.partitions()).trouble !== undefined);
    await outside.up();
    const [second] = await send(1);
    await until(async () => seen.includes(second) && told === undefined);
    await until(async () => (await source.partitions()).found.length === 1);
    abort.abort();
    await reading;
    expect(seen).toEqual([first, second]);
  });
}

function textOf({ value }: SourceMessage): string {
  return Buffer.from(value ?? '').toString();
}

/** Asks again until it is so; the test's own timeout ends it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(done => setTimeout(done, 20));
}
