import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import knexFactory from 'knex';
import { postgresLog } from '../bus/postgresLog';
import { claimRuns } from './claimRuns';
import { migrate } from './migrate';
import { insertEvents } from './insertEvents';
import { systemIdentifier } from './postgres';
import { readStops } from './stops';
import { databaseKinds, testDatabases } from './testDatabases';

jest.setTimeout(60_000);

const databases = testDatabases();

describe.each(databaseKinds)('beside a newer replica, on %s', kind => {
  it('an older one starts although it does not know each migration', async () => {
    const { knex } = await databases.open(kind);
    await knex('knex_migrations').insert({
      name: '9999_from_the_future.js',
      batch: 99,
      migration_time: new Date(),
    });
    await migrate(knex);
    expect(await knex('events')).toEqual([]);
  });
});

describe('while a newer replica adds columns, on postgres', () => {
  it('an older one goes on with the statements that it has prepared', async () => {
    const { knex: newer } = await databases.open('postgres');
    const { connection } = newer.client.config;
    const older = knexFactory({
      client: 'pg',
      connection,
      // Each statement meets the connection that has prepared it.
      pool: { min: 1, max: 1 },
    });
    const log = postgresLog(older, await systemIdentifier(older));
    const work = async () => {
      const event = incomingEvent();
      await insertEvents(older, [{ event, partition: 'registry/0' }]);
      const { batch } = await log.next({
        partition: 'registry/0',
        from: undefined,
        limit: 100,
      });
      await claimRuns(older, {
        replica: 'older',
        claimMs: 1_000,
        wanted: [{ sensor: 'a', take: 1 }],
      });
      expect(await readStops(older)).toEqual([]);
      return batch?.events.length;
    };
    expect(await work()).toBe(1);
    for (const table of ['events', 'runs', 'stops', 'positions', 'chain']) {
      await newer.schema.alterTable(table, columns => {
        columns.text('from_the_future');
      });
    }
    expect(await work()).toBe(2);
    await older.destroy();
  });
});
