import waitForExpect from 'wait-for-expect';
import { startTimelineLoop } from '../restore/timelineLoop';
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

describe('a database on another timeline', () => {
  const databases = testDatabases();
  const onOther = async () => {
    const { knex } = await databases.open('postgres');
    await stopAfterRestore(knex, logger);
    const [{ timeline }] = await knex('installation');
    await knex('installation').update({ timeline: timeline + 1 });
    return { knex, timeline };
  };

  it('starts stopped, once', async () => {
    const { knex } = await onOther();
    await stopAfterRestore(knex, logger, 0);
    await stopAfterRestore(knex, logger, 0);
    expect(await readStops(knex)).toMatchObject([
      {
        scope: { kind: 'all' },
        reason: expect.stringContaining('restore to a point in time'),
      },
    ]);
    expect(await knex('restores')).toHaveLength(1);
  });

  it('waits for a replica that may have seen a standby take over', async () => {
    const { knex } = await onOther();
    const starting = stopAfterRestore(knex, logger);
    const loop = startTimelineLoop({ knex, logger });
    await starting;
    await loop.stop();
    expect(await readStops(knex)).toEqual([]);
  });

  it('is stopped each time that those who run find what they had written gone', async () => {
    const { knex } = await onOther();
    await knex('installation').update({ beats: 100 });
    const loops = [1, 2].map(() => startTimelineLoop({ knex, logger }));
    for (const times of [1, 2]) {
      const [{ beats: before }] = await knex('installation');
      // Each of them has counted since.
      await waitForExpect(async () => {
        const [{ beats }] = await knex('installation');
        expect(Number(beats)).toBeGreaterThan(Number(before) + 3);
      });
      await knex('stops').update({
        lifted_by: 'user:default/pia',
        lifted_at: 1,
      });
      await knex('installation').update({ beats: 50 });
      await waitForExpect(async () => {
        expect(await readStops(knex)).toMatchObject([
          {
            scope: { kind: 'all' },
            reason: expect.stringContaining('went back to an earlier state'),
          },
        ]);
      });
      expect(await knex('restores')).toHaveLength(times);
    }
    await Promise.all(loops.map(loop => loop.stop()));
    expect(await knex('restores')).toHaveLength(2);
  });

  it('goes on where a replica saw a standby take over', async () => {
    const { knex, timeline } = await onOther();
    const loop = startTimelineLoop({ knex, logger });
    await waitForExpect(async () => {
      expect(await knex('installation')).toMatchObject([{ timeline }]);
    });
    await loop.stop();
    await stopAfterRestore(knex, logger);
    expect(await readStops(knex)).toEqual([]);
  });

  it('takes what an older version did not note for where it is', async () => {
    const { knex } = await onOther();
    await knex('installation').update({ timeline: null });
    await stopAfterRestore(knex, logger);
    expect(await readStops(knex)).toEqual([]);
  });
});
