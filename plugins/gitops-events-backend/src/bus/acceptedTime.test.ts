import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { Knex } from 'knex';
import { insertEvents } from '../store/insertEvents';
import type { Database } from '../store/database';
import { systemIdentifier } from '../store/postgres';
import { testDatabases } from '../store/testDatabases';
import { postgresLog } from './postgresLog';

jest.setTimeout(60_000);

const databases = testDatabases();
const partition = 'registry/0';
const soon = () => new Promise(done => setTimeout(done, 100));

describe('accepted time on postgres', () => {
  let database: Database;
  let knex: Knex;

  beforeEach(async () => {
    database = await databases.open('postgres');
    knex = database.knex;
  });

  const accept = (on: Knex, ...partitions: string[]) =>
    insertEvents(
      on,
      (partitions.length > 0 ? partitions : [partition]).map(to => ({
        event: incomingEvent(),
        partition: to,
      })),
    );
  /** Reads as deciding does, from one look to the next. */
  async function reader() {
    const log = postgresLog(knex, await systemIdentifier(knex));
    const times: number[] = [];
    let from: string | undefined;
    const look = async () => {
      for (;;) {
        const next = await log.next({ partition, from, limit: 3 });
        from = next.position;
        if (!next.batch) return;
        times.push(...next.batch.events.map(event => event.acceptedAt));
      }
    };
    return { look, times };
  }
  const inOrder = (times: number[]) => [...times].sort((a, b) => a - b);

  it('does not go back where a replica commits later than another', async () => {
    const { look, times } = await reader();
    const other = databases.again(database);
    const slow = await knex.transaction();
    await accept(slow);
    await soon();
    const second = accept(other);
    await Promise.race([second, soon()]);
    await look();
    await slow.commit();
    await second;
    await look();
    expect(times).toHaveLength(2);
    expect(times).toEqual(inOrder(times));
  });

  it('does not go back with the clock of the server', async () => {
    const { look, times } = await reader();
    await accept(knex);
    // This replica meets the clock after it was put back by an hour.
    const behind = databases.again(database);
    await behind.transaction(async tx => {
      await tx.raw('create schema behind');
      await tx.raw(
        `create function behind.clock_timestamp() returns timestamptz language sql volatile
         as $$ select pg_catalog.clock_timestamp() - interval '1 hour' $$`,
      );
      await tx.raw('set local search_path = behind, pg_catalog, public');
      const { rows } = await tx.raw(
        'select clock_timestamp() < pg_catalog.clock_timestamp() as is_behind',
      );
      expect(rows).toEqual([{ is_behind: true }]);
      await accept(tx);
    });
    await look();
    expect(times).toHaveLength(2);
    expect(times).toEqual(inOrder(times));
  });

  it('is in the order of the log, whoever writes, into whichever partitions', async () => {
    const { look, times } = await reader();
    const replicas = [
      knex,
      databases.again(database),
      databases.again(database),
    ];
    let writing = true;
    const work = Promise.all(
      replicas.flatMap(on =>
        [
          [partition],
          [partition, 'registry/1'],
          ['registry/1', partition, 'other/0'],
        ].map(async partitions => {
          for (let n = 0; n < 40; n++) await accept(on, ...partitions);
        }),
      ),
    ).finally(() => {
      writing = false;
    });
    while (writing) await look();
    await work;
    await look();
    expect(times).toHaveLength(3 * 3 * 40);
    expect(times).toEqual(inOrder(times));
  });
});
