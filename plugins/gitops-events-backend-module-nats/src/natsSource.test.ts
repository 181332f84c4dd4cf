import { eventSourceContract } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import {
  describeWithNats,
  startRealNats,
  type RealNats,
} from './__testUtils__/realNats';
import { asAdmin, publishTo, sourceUnderTest } from './__testUtils__/testNats';

jest.setTimeout(60_000);

describeWithNats('an event source on a real NATS server', () => {
  let server: RealNats;
  beforeAll(async () => {
    server = await startRealNats();
  });
  afterAll(() => server.remove());

  eventSourceContract(() => sourceUnderTest(server));

  it('finds where to begin in a stream with holes', async () => {
    const { source, partition, send } = await sourceUnderTest(server);
    const some = Array.from({ length: 5 }, () => ({ value: '' }));
    await send(some);
    const since = Date.now() + 1;
    await waitForExpect(() => expect(Date.now()).toBeGreaterThan(since));
    await send(some);
    const begin = async (moment: number) =>
      JSON.parse(await source.position(partition, { since: moment })).seq;
    const remove = (...numbers: number[]) =>
      asAdmin(server, async ({ streams }) => {
        for (const seq of numbers) await streams.deleteMessage(partition, seq);
      });
    expect(await begin(since)).toBe(5);
    await remove(1, 3, 4, 5, 6, 7, 10);
    expect(await begin(since)).toBe(7);
    expect(await begin(0)).toBe(1);
    expect(await begin(Date.now() + 60_000)).toBe(10);
    await asAdmin(server, ({ streams }) => streams.purge(partition));
    expect(await begin(since)).toBe(10);
    await source.stop();
  });

  it('passes over what it does not want, and is not lost where only that is deleted', async () => {
    const { source, partition, send } = await sourceUnderTest(server);
    await send([{ value: 'one' }]);
    const other = `${partition}.other`;
    await publishTo(server, other, [{ value: 'two' }, { value: 'three' }]);
    const values: string[] = [];
    let position = await source.position(partition, 'oldest');
    const readUntil = async (isEnough: () => boolean) => {
      const abort = new AbortController();
      await source.start({
        ...{ partition, position, signal: abort.signal, trouble: () => {} },
        emit: async batch => {
          const found = batch.messages.map(({ value }) =>
            Buffer.from(value!).toString(),
          );
          values.push(...found);
          position = batch.position;
          if (isEnough()) abort.abort();
        },
      });
    };
    await readUntil(() => JSON.parse(position).seq === 3);
    expect(values).toEqual(['one']);
    await publishTo(server, other, [{ value: 'four' }]);
    await send([{ value: 'five' }]);
    // All that was seen, and nothing that was not.
    await asAdmin(server, ({ streams }) =>
      streams.purge(partition, { seq: 4 }),
    );
    await readUntil(() => values.length === 2);
    expect(values).toEqual(['one', 'five']);
    await source.stop();
  });
});
