import { MemorySource } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { addAwaited, readAwaited } from '../../store/awaitedTopics';
import type { Database } from '../../store/database';
import { databaseKinds, testDatabases } from '../../store/testDatabases';
import { cloud, sourceReplica } from './__testUtils__/sourceReplica';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();
const latest = { ...cloud, start: 'latest' };
const hour = 3_600_000;
const day = 24 * hour;

/** An event that was written so many milliseconds ago. */
const message = (id: string, age: number = 0) => ({
  value: '{}',
  headers: {
    ...{ ce_specversion: '1.0', ce_source: '/orders', ce_id: id },
    ce_type: 'orders.placed',
  },
  timestamp: Date.now() - age,
});

describe.each(databaseKinds)('a topic that is not there yet, on %s', kind => {
  let database: Database;
  let outside: MemorySource;
  let replicas: Array<ReturnType<typeof sourceReplica>>;
  beforeEach(async () => {
    database = await databases.open(kind);
    outside = new MemorySource();
    outside.remove();
    replicas = [];
  });
  afterEach(() => Promise.all(replicas.map(replica => replica.stop())));

  const start = (source: object = latest, seen = outside) => {
    const replica = sourceReplica({ database, outside: seen, source });
    replicas.push(replica);
    replica.sources.start();
    return replica;
  };
  /** Looks in vain, and is gone then. */
  const look = async (source?: object) => {
    const replica = start(source);
    await waitForExpect(async () =>
      expect(await replica.sources.views()).toMatchObject([
        { trouble: expect.stringContaining('not there') },
      ]),
    );
    await replica.stop();
  };
  const hasLogged = (...ids: string[]) =>
    waitForExpect(async () =>
      expect(await database.knex('events').orderBy('seq').pluck('id')).toEqual(
        ids,
      ),
    );

  it('is read from its oldest by a source that begins with the latest, and stops where it is made anew', async () => {
    await look();
    outside.send(['a', 'b'].map(id => message(id)));
    const next = start();
    await hasLogged('a', 'b');
    outside.remove();
    outside.recreate();
    await waitForExpect(async () =>
      expect(await next.sources.views()).toMatchObject([{ state: 'stopped' }]),
    );
  });

  it('brings only what was written since it was first looked for, and a little before', async () => {
    await look();
    await look();
    outside.send([message('old', hour), message('a', 30_000), message('b')]);
    start();
    await hasLogged('a', 'b');
  });

  it('brings all that it holds to a source that begins with the earliest', async () => {
    await look({ ...cloud, start: 'earliest' });
    outside.send([message('old', hour), message('a')]);
    start({ ...cloud, start: 'earliest' });
    await hasLogged('old', 'a');
  });

  it('is read whole where an older version noted no time', async () => {
    await database
      .knex('awaited_topics')
      .insert({ source: 'orders', topic: 'orders' });
    await look();
    outside.send([message('old', hour), message('a')]);
    start();
    await hasLogged('old', 'a');
  });

  /** As if they had been awaited for two months, and named more than 30 days ago. */
  const age = (...topics: string[]) =>
    database
      .knex('awaited_topics')
      .whereIn('topic', topics)
      .update({
        at: Date.now() - 60 * day,
        seen_at: Date.now() - 30 * day - hour,
      });

  it('is forgotten 30 days after a configuration last named it', async () => {
    const { knex } = database;
    await addAwaited(knex, 'orders', ['orders', 'payments', 'returns']);
    await addAwaited(knex, 'gone', ['orders', 'returns']);
    await age('orders', 'payments');
    start();
    await waitForExpect(async () =>
      expect([
        ...(await readAwaited(knex, 'orders')).keys(),
        ...(await readAwaited(knex, 'gone')).keys(),
      ]).toEqual(['orders', 'returns', 'returns']),
    );
  });

  it('is kept while replicas of another configuration name it, however long it is awaited', async () => {
    const { knex } = database;
    await look();
    await addAwaited(knex, 'orders', ['unnamed']);
    await age('orders', 'unnamed');
    const isThere = async (topic: string) =>
      (await readAwaited(knex, 'orders')).has(topic);
    start();
    await waitForExpect(async () =>
      expect(await isThere('unnamed')).toBe(false),
    );
    await addAwaited(knex, 'orders', ['unnamed']);
    await age('unnamed');
    start(latest, new MemorySource({ topic: 'others' }));
    await waitForExpect(async () =>
      expect(await isThere('unnamed')).toBe(false),
    );
    expect(await isThere('orders')).toBe(true);
  });

  it('that an older version awaits is kept for another month', async () => {
    const { knex } = database;
    const at = Date.now() - 60 * day;
    await knex('awaited_topics').insert({ source: 'gone', topic: 'old', at });
    await addAwaited(knex, 'gone', ['unnamed']);
    await age('unnamed');
    start();
    await waitForExpect(async () =>
      expect([...(await readAwaited(knex, 'gone'))]).toEqual([['old', at]]),
    );
  });
});
