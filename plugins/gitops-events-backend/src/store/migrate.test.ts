import { openDatabase } from './database';
import { databaseKinds, testDatabases } from './testDatabases';

jest.setTimeout(60_000);

const databases = testDatabases();
const open = (knex: Awaited<ReturnType<typeof databases.empty>>) =>
  openDatabase({
    database: { getClient: async () => knex },
    durability: 'disk',
  });

describe('replicas that start together on an empty database', () => {
  it('all start, and each migration is made once', async () => {
    const knex = await databases.empty('postgres');
    const replicas = [
      knex,
      databases.again({ knex }),
      databases.again({ knex }),
    ];
    await Promise.all(replicas.map(open));
    const made = await knex('knex_migrations').orderBy('name').pluck('name');
    expect(new Set(made).size).toBe(made.length);
    expect(await knex('knex_migrations_lock').pluck('is_locked')).toEqual([0]);
    expect(await knex('events')).toEqual([]);
  });
});

describe.each(databaseKinds)('a lock that was left, on %s', kind => {
  it.each([
    ['taken', [{ is_locked: 1 }]],
    ['there twice', [{ is_locked: 0 }, { is_locked: 0 }]],
  ])('keeps nobody from starting where it is %s', async (_, rows) => {
    const knex = await databases.empty(kind);
    await (await open(knex)).close();
    await knex('knex_migrations_lock').del();
    await knex('knex_migrations_lock').insert(rows);
    await (await open(knex)).close();
    expect(await knex('knex_migrations_lock').pluck('is_locked')).toEqual([0]);
  });
});
