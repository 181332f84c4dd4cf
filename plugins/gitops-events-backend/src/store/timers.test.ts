import { databaseKinds, testDatabases } from './testDatabases';
import {
  nextTimer,
  readDueTimers,
  sensorsWithDueTimers,
  setTimers,
  takeTimers,
} from './timers';

const databases = testDatabases();

describe.each(databaseKinds)('timers on %s', kind => {
  const timer = (key: string, dueAt: number, sensor = 's') => ({
    sensor,
    kind: 'dedupe' as const,
    key,
    dueAt,
  });

  it('are due in order, and taken once', async () => {
    const { knex } = await databases.open(kind);
    await setTimers(knex, [timer('late', 30), timer('early', 10)]);
    await setTimers(knex, [timer('other', 5, 't'), timer('middle', 20)]);
    const due = { sensor: 's', until: 20, limit: 10 };
    const found = await readDueTimers(knex, due);
    expect(found).toEqual([timer('early', 10), timer('middle', 20)]);
    expect(await readDueTimers(knex, { ...due, limit: 1 })).toHaveLength(1);
    expect(await sensorsWithDueTimers(knex, 20)).toEqual(['s', 't']);
    expect(await nextTimer(knex, 20)).toBe(30);
    expect(await nextTimer(knex, 30)).toBeUndefined();

    expect(await takeTimers(knex, found, due)).toEqual(found);
    expect(await takeTimers(knex, found, due)).toEqual([]);
    expect(await sensorsWithDueTimers(knex, 20)).toEqual(['t']);
  });

  it('do not fire when they were set anew meanwhile', async () => {
    const { knex } = await databases.open(kind);
    await setTimers(knex, [timer('moved', 10), timer('gone', 10)]);
    const due = { sensor: 's', until: 20, limit: 10 };
    const found = await readDueTimers(knex, due);
    await setTimers(knex, [timer('moved', 40), timer('gone', 50)]);
    expect(await takeTimers(knex, found, due)).toEqual([]);
    expect(await readDueTimers(knex, { ...due, until: 40 })).toEqual([
      timer('moved', 40),
    ]);
  });
});
