import { databaseKinds, testDatabases } from '../store/testDatabases';
import { readStops } from '../store/stops';
import { stopAfterRestore } from './stopAfterRestore';
import { silentLogger } from '../__testUtils__/testLogger';

const logger = silentLogger();

describe.each(databaseKinds)('a database that was restored, on %s', kind => {
  const databases = testDatabases();

  it('starts as ever where it lies where it lay', async () => {
    const { knex } = await databases.open(kind);
    await stopAfterRestore(knex, logger);
    await stopAfterRestore(knex, logger);
    expect(await readStops(knex)).toEqual([]);
  });
});

describe('a database that came from another server', () => {
  const databases = testDatabases();

  it('starts stopped, once, however many replicas start', async () => {
    const database = await databases.open('postgres');
    const { knex } = database;
    await stopAfterRestore(knex, logger);
    await knex('installation').update({ system: '42' });
    await Promise.all(
      [knex, databases.again(database)].map(one =>
        stopAfterRestore(one, logger),
      ),
    );
    await stopAfterRestore(knex, logger);
    expect(await readStops(knex)).toMatchObject([
      {
        scope: { kind: 'all' },
        by: 'plugin:gitops-events',
        reason: expect.stringContaining('restore from a backup'),
      },
    ]);
    const [{ records }] = await knex('chain');
    expect(JSON.parse(records)).toMatchObject([{ what: 'stop', kind: 'all' }]);
  });
});
