import { testDatabases } from './testDatabases';
import { advancePosition } from './positions';

jest.setTimeout(60_000);

const databases = testDatabases();
const to = { position: '{}', clock: 1 };

describe('advancePosition on postgres', () => {
  it('passes by a replica that stands still in its transaction', async () => {
    const database = await databases.open('postgres');
    const { knex } = database;
    await advancePosition(knex, 'registry/0', 0, to);
    const stalled = await databases.again(database).transaction();
    stalled.executionPromise.catch(() => {});
    await advancePosition(stalled, 'registry/0', 1, to);
    expect(await advancePosition(knex, 'registry/0', 1, to)).toBeDefined();
    await expect(stalled.raw('select 1')).rejects.toThrow();
    await stalled.rollback().catch(() => {});
  });
});
