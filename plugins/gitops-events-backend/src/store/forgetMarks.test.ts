import { runIdOf } from '../pipeline/effectId';
import { createRunDecisions } from '../quarantine/runDecisions';
import { Nudges } from '../nudges';
import type { Run } from './runRow';
import { CommitQueue } from './commitQueue';
import { completeRuns } from './completeRuns';
import type { Database } from './database';
import { readRun } from './readRun';
import { lockState, stateKeyText, writeState } from './sensorState';
import { databaseKinds, testDatabases } from './testDatabases';
import { fire, storeSensor } from '../__testUtils__/fire';

const sensor = {
  apiVersion: 'gitops-events.io/v1alpha1' as const,
  kind: 'Sensor' as const,
  metadata: { name: 'once', owner: 'group:default/platform' },
  spec: {
    dependencies: [{ name: 'asked', type: 'test.event' }],
    dedupe: { key: 'event.data.key' },
    steps: [{ id: 'act', action: 'git:change' }],
  },
};
const markKey = { sensor: 'once', kind: 'dedupe' as const, key: 'k' };

describe.each(databaseKinds)('dedupe marks of runs that end, on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let run: Run;

  const remember = (eventUid: string) =>
    writeState(database.knex, [
      { ...markKey, value: { eventUid, until: 9e15 } },
    ]);
  const mark = async () => {
    const row = await database.knex('sensor_state').where(markKey).first();
    return row && JSON.parse(row.value).eventUid;
  };
  const end = (end_: Run['end'], more: Partial<Run> = {}) =>
    database.knex.transaction(tx =>
      completeRuns(tx, [
        {
          run: { ...run, state: 'ended', end: end_, endedAt: 1, ...more },
          leavesLane: true,
        },
      ]),
    );

  beforeEach(async () => {
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    const id = await fire(database.knex, { id: '1', sensor });
    const scope = { dependency: 'asked', params: {}, dedupeKey: 'k' };
    await database.knex('runs').update({ scope: JSON.stringify(scope) });
    run = (await readRun(database.knex, id))!;
    await remember(run.eventUid);
  });

  it.each(['failed', 'discarded'] as const)(
    'go when one ends %s',
    async how => {
      await end(how);
      expect(await mark()).toBeUndefined();
    },
  );

  it.each(['applied', 'done', 'alreadySo', 'superseded', 'cancelled'] as const)(
    'stay when one ends %s',
    async how => {
      await end(how);
      expect(await mark()).toBe(run.eventUid);
    },
  );

  it('stay when another event has renewed them', async () => {
    await remember('another');
    await end('failed');
    expect(await mark()).toBe('another');
  });

  it('stay when a replay fails', async () => {
    await end('failed', { generation: 1 });
    expect(await mark()).toBe(run.eventUid);
  });

  it('stay when the end is not written, since somebody else wrote first', async () => {
    await end('failed', { version: run.version - 1 });
    expect(await mark()).toBe(run.eventUid);
    expect((await readRun(database.knex, run.id))?.state).toBe('queued');
  });

  it('stay when the transaction of the end is rolled back', async () => {
    const broken = database.knex.transaction(async tx => {
      await completeRuns(tx, [
        { run: { ...run, state: 'ended', end: 'failed' }, leavesLane: true },
      ]);
      throw new Error('killed');
    });
    await expect(broken).rejects.toThrow('killed');
    expect(await mark()).toBe(run.eventUid);
  });

  it('go when a person discards', async () => {
    await database.knex('runs').update({ state: 'held' });
    const decisions = createRunDecisions({
      commits: new CommitQueue({ knex: database.knex, stream: 'people' }),
      nudges: new Nudges(),
    });
    await decisions.discardRun({
      id: run.id,
      version: run.version,
      by: 'user:default/pia',
    });
    expect(await mark()).toBeUndefined();
  });

  it('are decided by whoever has the lock first', async () => {
    if (kind === 'sqlite') return;
    const other = databases.again(database);
    const decide = await other.transaction();
    const state = await lockState(decide, [markKey]);
    expect(state.get(stateKeyText(markKey))).toMatchObject({
      eventUid: run.eventUid,
    });
    const ending = end('failed');
    await new Promise(done => setTimeout(done, 100));
    // An event after the mark has run out renews it just now.
    const uid = runIdOf({ events: [], sensor: 'x', generation: 0 });
    await writeState(decide, [
      { ...markKey, value: { eventUid: uid, until: 9e15 } },
    ]);
    await decide.commit();
    await ending;
    expect(await mark()).toBe(uid);
  });
});
