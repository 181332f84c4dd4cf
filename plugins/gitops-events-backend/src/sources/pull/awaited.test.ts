import { MemorySource } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { databaseKinds, testDatabases } from '../../store/testDatabases';
import { cloud, sourceReplica } from './__testUtils__/sourceReplica';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();

describe.each(databaseKinds)('a topic that is not there yet, on %s', kind => {
  it('is read from its oldest by a source that begins with the latest, and stops where it is made anew', async () => {
    const database = await databases.open(kind);
    const outside = new MemorySource();
    outside.remove();
    const source = { ...cloud, start: 'latest' };
    const start = () => {
      const replica = sourceReplica({ database, outside, source });
      replica.sources.start();
      return replica;
    };
    const first = start();
    await waitForExpect(async () =>
      expect(await first.sources.views()).toMatchObject([
        { trouble: expect.stringContaining('not there') },
      ]),
    );
    // Also where whoever looked is gone by then.
    await first.stop();
    outside.send(
      ['a', 'b'].map(id => ({
        value: '{}',
        headers: {
          ...{ ce_specversion: '1.0', ce_source: '/orders', ce_id: id },
          ce_type: 'orders.placed',
        },
      })),
    );
    const next = start();
    await waitForExpect(async () =>
      expect(await database.knex('events').orderBy('seq').pluck('id')).toEqual([
        'a',
        'b',
      ]),
    );
    outside.remove();
    outside.recreate();
    await waitForExpect(async () =>
      expect(await next.sources.views()).toMatchObject([{ state: 'stopped' }]),
    );
    await next.stop();
  });
});
