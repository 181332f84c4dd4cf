import waitForExpect from 'wait-for-expect';
import { testDatabases } from './testDatabases';
import { advancePosition } from './positions';

jest.setTimeout(60_000);

const databases = testDatabases();
const to = { position: '{}', clock: 1 };

describe('advancePosition on postgres', () => {
  it.each([0, 1])(
    'passes by a replica that stands still in its transaction, at version %s',
    async version => {
      const database = await databases.open('postgres');
      const { knex } = database;
      if (version > 0) await advancePosition(knex, 'registry/0', 0, to);
      const stalled = await databases.again(database).transaction();
      stalled.executionPromise.catch(() => {});
      await advancePosition(stalled, 'registry/0', version, to);
      expect(
        await advancePosition(knex, 'registry/0', version, to),
      ).toBeDefined();
      await expect(stalled.raw('select 1')).rejects.toThrow();
      await stalled.rollback().catch(() => {});
    },
  );

  it('passes by one that waited in vain for its turn, and stands still then', async () => {
    const database = await databases.open('postgres');
    const { knex } = database;
    await advancePosition(knex, 'registry/0', 0, to);
    const first = await databases.again(database).transaction();
    await advancePosition(first, 'registry/0', 1, to);
    const second = await databases.again(database).transaction();
    second.executionPromise.catch(() => {});
    const tooLate = advancePosition(second, 'registry/0', 1, to);
    await waitForExpect(async () => {
      const waiting = await knex('pg_locks').where('granted', false);
      expect(waiting).toHaveLength(1);
    });
    await first.commit();
    // It moved nothing, and has locked the row all the same.
    expect(await tooLate).toBeUndefined();
    expect(await advancePosition(knex, 'registry/0', 2, to)).toBeDefined();
    await expect(second.raw('select 1')).rejects.toThrow();
    await second.rollback().catch(() => {});
  });
});
