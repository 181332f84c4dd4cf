import {
  databaseKinds,
  testDatabases,
} from '@gitops-events/plugin-gitops-events-backend/src/store/testDatabases';
import { storedTwice } from './seenFromOutside';

const databases = testDatabases();

describe.each(databaseKinds)('storedTwice on %s', kind => {
  it('finds an event that came in under two identities', async () => {
    const { knex } = await databases.open(kind);
    const store = (uid: string, id: string, source = '/registry/chaos') =>
      knex('events').insert({
        ...{ uid, id, source, partition: 'registry/0', ingress: 'registry' },
        ...{ principal: 'external:registry', type: 'io.registry.pushed' },
        ...{ depth: 0, accepted_at: 1 },
      });
    await store('a', 'push-1-1');
    await store('b', 'push-1-2');
    await store('c', 'push-1-1', '/registry/other');
    expect(await storedTwice(knex)).toEqual([]);
    await store('d', 'push-1-2');
    await store('e', 'push-1-2');
    expect(await storedTwice(knex)).toEqual([
      'push-1-2 of /registry/chaos is stored 3 times',
    ]);
  });
});
