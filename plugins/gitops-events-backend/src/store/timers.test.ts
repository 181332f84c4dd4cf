import { databaseKinds, testDatabases } from './testDatabases';
import {
  partitionsWithDueTimers,
  readDueTimers,
  setTimers,
  takeTimers,
} from './timers';

const databases = testDatabases();

describe.each(databaseKinds)('timers on %s', kind => {
  const timer = (key: string, dueAt: number, partition = 'a/0') => ({
    partition,
    sensor: 's',
    kind: 'dedupe',
    key,
    dueAt,
  });

  it('are due in order, and taken once', async () => {
    const { knex } = await databases.open(kind);
    await setTimers(knex, [timer('late', 30), timer('early', 10)]);
    await setTimers(knex, [timer('other', 5, 'b/0'), timer('middle', 20)]);
    const due = { partition: 'a/0', until: 20, limit: 10 };
    const found = await readDueTimers(knex, due);
    expect(found).toEqual([timer('early', 10), timer('middle', 20)]);
    expect(await readDueTimers(knex, { ...due, limit: 1 })).toHaveLength(1);
    expect(await partitionsWithDueTimers(knex, 20)).toEqual(['a/0', 'b/0']);

    expect(await takeTimers(knex, found, due)).toEqual(found);
    expect(await takeTimers(knex, found, due)).toEqual([]);
    expect(await partitionsWithDueTimers(knex, 20)).toEqual(['b/0']);
  });

  it('do not fire when they were set anew meanwhile', async () => {
    const { knex } = await databases.open(kind);
    await setTimers(knex, [timer('moved', 10), timer('gone', 10)]);
    const due = { partition: 'a/0', until: 20, limit: 10 };
    const found = await readDueTimers(knex, due);
    await setTimers(knex, [timer('moved', 40), timer('gone', 10, 'b/0')]);
    expect(await takeTimers(knex, found, due)).toEqual([]);
    expect(await readDueTimers(knex, { ...due, until: 40 })).toEqual([
      timer('moved', 40),
    ]);
  });
});
