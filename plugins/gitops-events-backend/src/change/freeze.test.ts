import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { makeDue } from '../__testUtils__/makeDue';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import type { GitopsEventsConfig } from '../config';
import { readPendingChanges } from '../notify/readPending';
import type { Freeze } from '../schedule/freeze';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(60_000);

const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'promote', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    target: { environment: 'staging' },
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          edits: [
            { kind: 'yaml', file: 'apps/shop.yaml', set: { tag: '2.0.0' } },
          ],
          // Not by itself: it is under way when the freeze begins.
          merge: { when: 'false' },
          key: 'shop',
        },
      },
    ],
  },
};

const other: SensorInput = {
  ...sensor,
  metadata: { ...sensor.metadata, name: 'resize' },
  spec: {
    ...sensor.spec,
    target: { environment: 'production' },
    steps: [
      {
        id: 'size',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          edits: [{ kind: 'yaml', file: 'apps/shop.yaml', set: { size: 2 } }],
          merge: { when: 'false' },
          key: 'shop',
        },
      },
    ],
  },
};

const databases = testDatabases();

describe.each(databaseKinds)('a freeze that begins later, on %s', kind => {
  let database: Database;
  let test: TestEngine;
  const freeze: Freeze[] = [];
  const targets: GitopsEventsConfig['targets'] = {
    staging: { class: 'staging', mode: 'auto', freeze },
    production: { class: 'production', mode: 'auto' },
  };

  beforeEach(async () => {
    freeze.length = 0;
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    await storeSensor(database.knex, other);
    test = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "1.0.0"\n' },
      targets,
    });
  });
  afterEach(() => test.stop());

  const waiting = async (code: string) => {
    for (;;) {
      const row = await database.knex('changes').first();
      if (row?.state === 'waiting' && JSON.parse(row.reason).code === code) {
        return row;
      }
      await new Promise(done => setTimeout(done, 20));
    }
  };

  /** Its pull request is approved in the middle of a freeze. */
  const approved = async (
    more?: () => Promise<void>,
    until = Date.parse('2099-12-31T23:00:00Z'),
  ) => {
    const run = await fire(database.knex, {
      id: '1',
      sensor,
      environment: 'staging',
    });
    test.nudges.send('runs');
    await test.reaches(run, 'waiting');
    await waiting('approval');
    await more?.();
    freeze.push({
      from: 0,
      to: until,
      timeZone: 'Europe/Berlin',
      reason: 'inventory',
    });
    const change = await database.knex('changes').first();
    const revision = await database
      .knex('change_revisions')
      .orderBy('revision', 'desc')
      .first();
    await test.engine.decisions.approveChange({
      id: change.id,
      version: Number(change.version),
      diffHash: revision.diff_hash,
      by: 'user:default/pia',
    });
    return { run, change: await waiting('freeze') };
  };
  it('lets nothing merge itself until it is over, and nobody be asked', async () => {
    const { run, change } = await approved();
    expect(JSON.parse(change.reason).message).toBe(
      'Merges itself after Fri 1 Jan 2100 00:00 Europe/Berlin: frozen, inventory.',
    );
    expect(await readPendingChanges(database.knex, 10)).toEqual([]);
    freeze.length = 0;
    await makeDue(database.knex);
    test.nudges.send('changes');
    await test.reaches(run, 'applied');
  });

  it('holds a change that carries runs of other targets too', async () => {
    const { run } = await approved(async () => {
      const second = await fire(database.knex, {
        ...{ id: '2', sensor: other, environment: 'production' },
      });
      test.nudges.send('runs');
      await test.reaches(second, 'waiting');
      await waitForExpect(async () => {
        const { state, revision } = await database.knex('changes').first();
        expect([state, Number(revision)]).toEqual(['waiting', 2]);
      }, 30_000);
    });
    freeze.length = 0;
    await makeDue(database.knex);
    test.nudges.send('changes');
    await test.reaches(run, 'applied');
  });

  it('looks when the freeze is over, and no later', async () => {
    const until = Date.now() + 15_000;
    const { run, change } = await approved(undefined, until);
    expect(Number(change.due_at)).toBeLessThanOrEqual(until);
    await test.reaches(run, 'applied');
  });

  it('keeps no person from merging', async () => {
    const { run, change } = await approved();
    await test.engine.decisions.mergeChange({
      id: change.id,
      version: Number(change.version),
      by: 'user:default/pia',
    });
    await test.reaches(run, 'applied');
  });
});
