import type { Database } from './database';
import { roomFor, takeUnits, type Ask } from './takeUnits';
import { databaseKinds, testDatabases } from './testDatabases';

const ask = (key: string, units: number, max: number): Ask => ({
  limit: { key, title: `At most ${max}`, max, perMs: 3_600_000 },
  units,
});

describe.each(databaseKinds)('units of limits, on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  beforeEach(async () => {
    database = await databases.open(kind);
  });

  it('are never given twice, however many ask at once', async () => {
    const other =
      kind === 'postgres' ? databases.again(database) : database.knex;
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        takeUnits(n % 2 === 0 ? database.knex : other, [
          // In either order: who takes from both does not block another for ever.
          ...(n % 3 === 0 ? [ask('hour', 2, 40), ask('minute', 1, 100)] : []),
          ...(n % 3 === 1 ? [ask('minute', 1, 100), ask('hour', 2, 40)] : []),
          ...(n % 3 === 2 ? [ask('hour', 2, 40)] : []),
        ]),
      ),
    );
    expect(answers.filter(none => none === undefined)).toHaveLength(20);
    const none = await takeUnits(database.knex, [ask('hour', 1, 40)]);
    expect(none).toMatchObject({ limit: 'At most 40' });
    expect(none!.waitMs).toBeGreaterThan(3_500_000);
  });

  it('are taken from all limits or from none', async () => {
    const { knex } = database;
    expect(await takeUnits(knex, [ask('small', 1, 1)])).toBeUndefined();
    const both = [ask('large', 5, 10), ask('small', 1, 1)];
    expect(await takeUnits(knex, both)).toMatchObject({ limit: 'At most 1' });
    expect(await takeUnits(knex, [ask('large', 10, 10)])).toBeUndefined();
  });

  it('are looked at without taking any, and told apart once half are gone', async () => {
    const { knex } = database;
    const some = (units: number) => [ask('hour', units, 10)];
    expect(await roomFor(knex, some(10))).toEqual({ paceMs: 0 });
    await takeUnits(knex, some(6));
    expect(await roomFor(knex, some(2))).toEqual({ paceMs: 720_000 });
    const { none } = await roomFor(knex, some(5));
    expect(none).toMatchObject({ limit: 'At most 10' });
    expect(await takeUnits(knex, some(4))).toBeUndefined();
  });
});
