import type { Knex } from 'knex';
import { oldEvents, sweepAll } from '../retention/__testUtils__/old';
import { testDatabases } from '../store/testDatabases';

jest.setTimeout(120_000);

const databases = testDatabases();

/** A transaction that has written, and is left open. */
async function leftOpen(knex: Knex, sql: string): Promise<Knex.Transaction> {
  const transaction = await knex.transaction();
  await transaction.raw(sql);
  return transaction;
}

describe("a stranger's long transaction on the same server", () => {
  const prepare = async () => {
    const database = await databases.open('postgres');
    const { knex } = database;
    const old = oldEvents(database);
    const size = async () => {
      const { rows } = await knex.raw(
        `select sum(pg_total_relation_size(t::regclass))::bigint as bytes
         from unnest(array['events', 'event_identities', 'positions', 'partition_clocks']) t`,
      );
      return Number(rows[0].bytes);
    };
    /** Accepts, reads all of it, erases it; what comes in order is what was accepted. */
    const round = async () => {
      const accepted = await old.accept(50, 400, 'x'.repeat(3_000));
      expect(await old.decideAll()).toEqual(accepted);
      await sweepAll(knex);
      expect(await old.uids()).toEqual([]);
      for (const table of ['events', 'event_identities', 'positions']) {
        await knex.raw('vacuum ??', [table]);
      }
      return size();
    };
    return { database, round };
  };

  it('in another database: nothing is skipped, and the space is used again all the while', async () => {
    const { round } = await prepare();
    const open = await leftOpen(
      await databases.empty('postgres'),
      'create table theirs (n int)',
    );
    try {
      await round();
      const second = await round();
      await round();
      await round();
      expect(await round()).toBeLessThan(second * 1.5);
    } finally {
      await open.rollback();
    }
  });

  it('in the same database: nothing is skipped, and the space is used again once it has ended', async () => {
    const { database, round } = await prepare();
    const open = await leftOpen(
      databases.again(database),
      'create table theirs (n int)',
    );
    await round();
    await round();
    const grown = await round();
    await open.rollback();
    // The rows that it kept from going are what the next ones take the place of.
    await round();
    await round();
    await round();
    expect(await round()).toBeLessThan(grown * 1.3);
  });
});
