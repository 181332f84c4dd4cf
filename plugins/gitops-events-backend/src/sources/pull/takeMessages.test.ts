import { mockCredentials } from '@backstage/backend-test-utils';
import { IntakeMoved } from '../../bus/intake/takeIn';
import { readRefusedPage } from '../../store/refusedMessages';
import { lockIntake } from '../../store/intakes';
import { addSourceIntakes } from '../../store/sourceIntakes';
import { databaseKinds, testDatabases } from '../../store/testDatabases';
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
