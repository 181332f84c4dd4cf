import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { claimRuns } from './claimRuns';
import { completeRuns } from './completeRuns';
import type { Database } from './database';
import { parkRuns } from './parkRuns';
import { readRun } from './readRun';
import type { Run } from './runRow';
import { databaseKinds, testDatabases } from './testDatabases';
import { wakeRuns } from './wakeRuns';

const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'wait', owner: 'group:default/platform' },
  spec: {
    dependencies: [{ name: 'asked', type: 'test.event' }],
    steps: [{ id: 'look', action: 'git:change' }],
  },
};
const later = Date.now() + 60_000;

describe.each(databaseKinds)('runs that come back, on %s', kind => {
  const databases = testDatabases();
  let database: Database;

  beforeEach(async () => {
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    for (const id of ['1', '2', '3']) await fire(database.knex, { id, sensor });
  });

  const claim = () =>
    claimRuns(database.knex, {
      replica: 'a',
      wanted: [{ sensor: sensor.metadata.name, take: 10 }],
      claimMs: 8_000,
    });
  const waits = (run: Run) => ({
    run: { ...run, state: 'waiting' as const, topic: 'change', dueAt: later },
    leavesLane: false,
  });

  it('does not let a run wait whose news came while it looked', async () => {
    const [early, other] = await claim();
    await wakeRuns(database.knex, [early.id], Date.now());
    await completeRuns(database.knex, [waits(early), waits(other)]);
    expect((await claim()).map(({ id }) => id)).toEqual([early.id]);
    expect(await readRun(database.knex, other.id)).toMatchObject({
      state: 'waiting',
      dueAt: later,
    });
  });

  it('wakes a run that goes to wait at this very moment', async () => {
    const [run] = await claim();
    // SQLite has one writer, so there it is before or after.
    const isPostgres = kind === 'postgres';
    const { knex } = database;
    const replica = isPostgres ? databases.again(database) : knex;
    const looking = await replica.transaction();
    await completeRuns(looking, [waits(run)]);
    const woken = wakeRuns(knex, [run.id], Date.now());
    await waitForExpect(async () => {
      const blocked = isPostgres
        ? (await knex.raw('select 1 from pg_locks where not granted')).rows
        : [1];
      expect(blocked).not.toEqual([]);
    });
    await looking.commit();
    await woken;
    expect((await claim()).map(({ id }) => id)).toEqual([run.id]);
  });

  it('forgets the news once the run looks again', async () => {
    const [run] = await claim();
    await wakeRuns(database.knex, [run.id], Date.now());
    await completeRuns(database.knex, [waits(run)]);
    const [again] = await claim();
    await completeRuns(database.knex, [waits(again)]);
    expect(await claim()).toEqual([]);
  });

  it('writes all but those that somebody else has written to', async () => {
    const [first, second, third] = await claim();
    await completeRuns(database.knex, [waits(second)]);
    const written = await completeRuns(database.knex, [
      { run: { ...first, state: 'ended', end: 'done' }, leavesLane: true },
      { run: { ...second, state: 'ended', end: 'failed' }, leavesLane: true },
      { run: { ...third, state: 'held' }, leavesLane: true },
    ]);
    expect(written).toEqual(new Set([first.id, third.id]));
    expect((await readRun(database.knex, second.id))?.state).toBe('waiting');
    expect((await readRun(database.knex, first.id))?.end).toBe('done');
  });

  it('keeps when a step began, but not for one that is put back before it did', async () => {
    const [run, other] = await claim();
    expect(run.stepStartedAt).toBeDefined();
    const reason = { code: 'busy', message: 'Busy.' };
    await parkRuns(database.knex, [{ run, dueAt: 0, reason }]);
    await completeRuns(database.knex, [waits(other)]);
    const [parked, waiting] = await Promise.all(
      [run, other].map(({ id }) => readRun(database.knex, id)),
    );
    expect(parked?.stepStartedAt).toBeUndefined();
    expect(waiting?.stepStartedAt).toBe(other.stepStartedAt);
  });
});
