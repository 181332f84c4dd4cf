import { randomUUID } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import {
  incomingEvent,
  readAtLeast,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { describeWithNats } from './__testUtils__/realNats';
import {
  asAdmin,
  busForEachTest,
  mend,
  testConfig,
} from './__testUtils__/testNats';
import { NatsBus } from './natsBus';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

describeWithNats('our streams on a real NATS server', () => {
  const real = busForEachTest();
  const { begin } = real;

  it('refuses what a full stream has no room for, and takes it once what is there was taken in', async () => {
    const bus = await begin({ maxBytes: 60_000 });
    const large = () => incomingEvent({ data: Buffer.alloc(9_000, 7) });
    const stored: string[] = [];
    const isTaken = async () => {
      const event = large();
      const taken = await bus.publish([event]).catch(() => undefined);
      if (taken) stored.push(event.uid);
      return taken !== undefined;
    };
    while (await isTaken());
    expect(stored.length).toBeGreaterThan(3);
    expect(bus.health()).toMatchObject({
      state: 'up',
      message: expect.stringContaining('It is full.'),
    });
    const abort = new AbortController();
    const taken: string[] = [];
    const reading = bus.read({
      ...{
        partition: real.test.partition,
        from: undefined,
        signal: abort.signal,
      },
      onBatch: async ({ events }) => {
        taken.push(...events.map(({ uid }) => uid));
      },
    });
    await waitForExpect(async () => expect(await isTaken()).toBe(true));
    await waitForExpect(() => expect(taken).toEqual(stored));
    expect(bus.health()).not.toHaveProperty('message');
    abort.abort();
    await reading;
  });

  it('deletes what is old and was taken in, and nothing else', async () => {
    const bus = await begin({ retentionDays: 1e-9 });
    await bus.publish(Array.from({ length: 3 }, () => incomingEvent()));
    const { next } = await readAtLeast(bus, { ...real.test, atLeast: 3 });
    const waiting = await bus.publish([incomingEvent()]).then(() => 1);
    const abort = new AbortController();
    let undecided = 0;
    const reading = bus.read({
      ...{ partition: real.test.partition, from: next, signal: abort.signal },
      onBatch: async () => {
        undecided += 1;
        await new Promise<void>(done => {
          abort.signal.addEventListener('abort', () => done());
        });
      },
    });
    await waitForExpect(() => expect(undecided).toBe(1));
    const state = await asAdmin(
      real.server,
      async ({ streams }) => (await streams.info(real.test.partition)).state,
    );
    expect(state).toMatchObject({ first_seq: 4, messages: waiting });
    abort.abort();
    await reading;
  });

  it('keeps what was taken in for some days, for a database that comes back from a backup', async () => {
    const bus = await begin();
    await bus.publish(Array.from({ length: 3 }, () => incomingEvent()));
    const { next } = await readAtLeast(bus, { ...real.test, atLeast: 3 });
    await bus.publish([incomingEvent()]);
    await readAtLeast(bus, { ...real.test, from: next, atLeast: 1 });
    const again = await readAtLeast(bus, { ...real.test, atLeast: 4 });
    expect(again.events).toHaveLength(4);
  });

  it('is not used while a stream would lose events, and says what to mend', async () => {
    const bus = await begin();
    await mend(real.server, real.test.partition, {
      max_age: 3_600_000_000_000,
    });
    const streams = [{ stream: real.test.stream, types: ['*'], partitions: 1 }];
    const other = new NatsBus(
      testConfig([real.server.address], { streams }),
      mockServices.logger.mock(),
    );
    const starting = other.start();
    await waitForExpect(() =>
      expect(other.health()).toMatchObject({
        state: 'down',
        message: `The stream ${real.test.partition} deletes events by their age, read or not. Set its max_age to 0.`,
      }),
    );
    await expect(other.publish([incomingEvent()])).rejects.toThrow('max_age');
    await mend(real.server, real.test.partition, { max_age: 0 });
    await starting;
    expect(await other.publish([incomingEvent()])).toHaveLength(1);
    await other.stop();
    expect(bus.health().state).toBe('up');
  });

  it('takes a large batch, and refuses alone what no server takes', async () => {
    const bus = await begin({ maxBytes: 100_000_000 });
    const sized = (bytes: number) =>
      incomingEvent({ data: Buffer.alloc(bytes, 7), partitionKey: 'one' });
    const events = [
      ...Array.from({ length: 30 }, () => sized(300_000)),
      ...[sized(1_500_000), sized(10)],
    ];
    const outcomes = await bus.publish(events);
    const refused = outcomes.flatMap(({ result }, at) =>
      result === 'refused' ? at : [],
    );
    expect(refused).toEqual([30]);
    const read = await readAtLeast(bus, { ...real.test, atLeast: 31 });
    expect(read.events.map(({ uid }) => uid)).toEqual(
      events.filter((_, at) => at !== 30).map(({ uid }) => uid),
    );
  });

  it('sends each type to its stream, and one key to one partition', async () => {
    const git = `git-${randomUUID()}`;
    const rest = `rest-${randomUUID()}`;
    const streams = (partitions: number) => [
      { stream: git, types: ['com.github.*'], partitions },
      { stream: rest, types: ['*'], partitions: 1 },
    ];
    const bus = await begin({ streams: streams(4) });
    const all = [0, 1, 2, 3].map(at => `${git}-${at}`);
    expect(await bus.partitions()).toEqual([...all, `${rest}-0`].sort());
    const push = (subject: string) =>
      incomingEvent({ type: 'com.github.push', subject });
    for (let round = 0; round < 3; round++) {
      await bus.publish([
        ...Array.from({ length: 8 }, (_, key) => push(`key ${key}`)),
        incomingEvent({ type: 'com.githubby' }),
      ]);
    }
    const lags = new Map(
      (await bus.status(new Map())).map(({ partition, lag }) => [
        partition,
        lag,
      ]),
    );
    expect(lags.get(`${rest}-0`)).toBe(3);
    const ofGit = all.map(name => lags.get(name)!);
    expect(ofGit.reduce((sum, lag) => sum + lag, 0)).toBe(24);
    // Three of each key, wherever it went.
    expect(ofGit.every(lag => lag % 3 === 0)).toBe(true);
  });
});
