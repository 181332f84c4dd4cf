import { mockCredentials } from '@backstage/backend-test-utils';
import { IntakeMoved } from '../../bus/intake/takeIn';
import { readRefusedPage } from '../../store/refusedMessages';
import { lockIntake } from '../../store/intakes';
import { addSourceIntakes } from '../../store/sourceIntakes';
import { databaseKinds, testDatabases } from '../../store/testDatabases';
import { MapGate } from './MapGate';
import { takeAgain, takeMessages } from './takeMessages';

const databases = testDatabases();

it('takes nothing in that the event bus of a portal wrote, which would come round for ever', async () => {
  const acceptance = await takeAgain(
    { limits: { requestBytes: 100 } } as never,
    {
      headerStyle: { prefix: 'ce_' },
      config: {
        name: 'orders',
        ingress: 'orders',
        maxRefused: 10,
        maxRefusedBytes: 10_000,
      },
    },
    {
      ...{ place: 'orders/0/0', topic: 'orders', partition: 0, offset: 0 },
      ...{ timestamp: 1, headers: [['gitopsevents', '{}']] },
    },
  );
  expect(acceptance).toMatchObject({
    refusal: { detail: expect.stringContaining('event bus of a portal') },
  });
});

it('lets the partitions of a source have the thread of all expressions in turn, and rests all of them after one that overran', async () => {
  const mapped: string[] = [];
  const gate = new MapGate();
  const take = (topic: string, signal: AbortSignal) =>
    takeMessages(
      {
        limits: { requestBytes: 100 },
        sandbox: {
          async evaluateMap(_: object, variables: { topic?: unknown }) {
            mapped.push(String(variables.topic));
            return { reason: { code: 'deadline', message: 'It overran.' } };
          },
        },
      } as never,
      {
        ...{ headerStyle: { prefix: 'ce_' }, gate },
        config: {
          ...{ name: 'orders', ingress: 'orders' },
          ...{ maxRefused: 10, maxRefusedBytes: 10_000 },
          map: { type: 'value', source: 'value' },
        },
      },
      {} as never,
      {
        position: '1',
        messages: [
          {
            ...{ place: `${topic}/0/0`, topic, partition: 0, offset: 0 },
            ...{ timestamp: 1, headers: [] },
          },
        ],
      },
      { signal, trouble: () => {} },
    );
  const ends = ['a', 'b', 'c'].map(() => new AbortController());
  const [a, b, c] = ['a', 'b', 'c'].map((topic, at) =>
    expect(take(topic, ends[at].signal)).rejects.toThrow('aborted'),
  );
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  };
  await settle();
  expect(mapped).toEqual(['a']);
  // Who leaves while it waits lets nobody pass.
  ends[1].abort();
  await b;
  await settle();
  expect(mapped).toEqual(['a']);
  ends[0].abort();
  await a;
  await settle();
  expect(mapped).toEqual(['a', 'c']);
  ends[2].abort();
  await c;
});

describe.each(databaseKinds)('takeMessages on %s', kind => {
  it('changes nothing where another replica read on meanwhile', async () => {
    const { knex } = await databases.open(kind);
    await addSourceIntakes(knex, 'orders', [
      { partition: 'orders:0', topic: 'orders', position: '0' },
    ]);
    const intake = () =>
      knex.transaction(tx =>
        lockIntake(tx, 'orders/orders:0', 'source_intakes'),
      );
    const before = (await intake())!;
    const take = (place: string, position: string) =>
      takeMessages(
        {
          knex,
          limits: { requestBytes: 100 },
          credentials: async () => mockCredentials.service(),
          acceptor: { accept: async () => [] },
          sandbox: {
            evaluateMap: async () => ({ values: {} }),
          },
        },
        {
          headerStyle: { prefix: 'ce_' },
          gate: new MapGate(),
          config: {
            name: 'orders',
            ingress: 'orders',
            maxRefused: 10,
            maxRefusedBytes: 10_000,
          },
        },
        before,
        {
          position,
          messages: [
            {
              ...{ place, topic: 'orders', partition: 0, offset: 0 },
              ...{ timestamp: 1, headers: [] },
            },
          ],
        },
        { signal: new AbortController().signal, trouble: () => {} },
      );
    await take('orders/0/0', '1');
    const late = take('orders/0/1', '2');
    await expect(late).rejects.toBeInstanceOf(IntakeMoved);
    expect(await intake()).toMatchObject({ position: '1' });
    const kept = await readRefusedPage(knex, { limit: 10 });
    expect(kept).toMatchObject([{ preview: { place: 'orders/0/0' } }]);
  });
});
