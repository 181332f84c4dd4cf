import { seedSensor } from '../timeline/__testUtils__/seed';
import { pauseSensor } from './pauseSensor';
import { databaseKinds, testDatabases } from './testDatabases';

jest.setTimeout(60_000);

const databases = testDatabases();
const by = 'user:default/pia';

describe.each(databaseKinds)('pausing a sensor, on %s', kind => {
  const setUp = async () => {
    const { knex } = await databases.open(kind);
    await seedSensor(knex, { name: 'promote-image' });
    const pause = (paused: boolean, version: number) =>
      knex.transaction(tx =>
        pauseSensor(tx, { name: 'promote-image', paused, version, by, at: 5 }),
      );
    const row = async () => {
      const { paused, version } = await knex('sensors').first();
      return { paused: Boolean(paused), version: Number(version) };
    };
    const generation = async () =>
      Number((await knex('active_set').first()).generation);
    return { knex, pause, row, generation };
  };

  it('goes on record and reaches every replica', async () => {
    const { pause, row, generation } = await setUp();

    expect(await pause(true, 1)).toEqual([
      { what: 'person', sensor: 'promote-image', outcome: 'paused', by },
    ]);
    expect(await row()).toEqual({ paused: true, version: 2 });
    expect(await generation()).toBe(1);

    await pause(false, 2);
    expect(await row()).toEqual({ paused: false, version: 3 });
    expect(await generation()).toBe(2);
  });

  it('tells the second of two people that somebody was faster', async () => {
    const { pause, row, generation } = await setUp();
    await pause(true, 1);

    await expect(pause(true, 1)).rejects.toThrow(/paused already/);
    await expect(pause(false, 1)).rejects.toThrow(/changed meanwhile/);
    expect(await row()).toEqual({ paused: true, version: 2 });
    expect(await generation()).toBe(1);
  });

  it('says that there is no such sensor', async () => {
    const { knex } = await setUp();

    await expect(
      pauseSensor(knex, { name: 'gone', paused: true, version: 1, by, at: 5 }),
    ).rejects.toThrow('There is no sensor gone.');
  });
});
