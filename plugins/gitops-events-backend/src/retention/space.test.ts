import { testDatabases } from '../store/testDatabases';
import { oldEvents, sweepAll } from './__testUtils__/old';

jest.setTimeout(120_000);

const databases = testDatabases();

describe('the space of what was erased, on postgres', () => {
  it('is used again: a table stays as large as what it holds', async () => {
    const database = await databases.open('postgres');
    const { knex } = database;
    const old = oldEvents(database);
    const size = async () => {
      const { rows } = await knex.raw(
        `select sum(pg_total_relation_size(t::regclass))::bigint as bytes
         from unnest(array['events', 'event_identities']) t`,
      );
      return Number(rows[0].bytes);
    };
    const sizes: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      await old.accept(50, 500, 'x'.repeat(3_000));
      await old.decideAll();
      await sweepAll(knex);
      expect(await old.uids()).toEqual([]);
      // What the server does by itself, as often as the tables are set to.
      await knex.raw('vacuum events');
      await knex.raw('vacuum event_identities');
      sizes.push(await size());
    }
    expect(sizes[5]).toBeLessThan(sizes[1] * 1.5);
  });

  it('is given back soon: the tables are vacuumed before a fifth of them has gone', async () => {
    const { knex } = await databases.open('postgres');
    const { rows } = await knex.raw(
      `select relname from pg_class
       where reloptions::text like '%autovacuum_vacuum_scale_factor=0.02%'
       order by relname`,
    );
    expect(rows.map((row: { relname: string }) => row.relname)).toEqual([
      'decisions',
      'effects',
      'event_identities',
      'events',
      'runs',
      'sensor_state',
      'timeline',
      'timers',
    ]);
  });
});
