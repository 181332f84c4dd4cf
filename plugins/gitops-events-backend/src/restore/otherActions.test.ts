import type { Action } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { z } from 'zod';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import type { Database } from '../store/database';
import { insertRestore } from '../store/restores';
import { databaseKinds, testDatabases } from '../store/testDatabases';

/* What is no change may have happened after the backup that the database came from. */
jest.setTimeout(60_000);

const sensorOf = (action: string): SensorInput => ({
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: action.split(':')[1], owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [{ id: 'call', action, input: {} }],
  },
});
const unsafe = sensorOf('test:unsafe');
const keyed = sensorOf('test:keyed');

describe.each(databaseKinds)('other actions after a restore, on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let test: TestEngine;
  let called: string[];
  let failing: boolean;

  const action = (id: string, safety: Action['safety']): Action => ({
    ...{ id, description: id, safety, input: z.unknown() },
    run: async ({ event }) => {
      if (failing) {
        failing = false;
        throw new Error('Try again');
      }
      called.push(event.id);
      return { outcome: 'done' };
    },
  });
  const run = async (id: string, sensor: SensorInput) => {
    const made = await fire(database.knex, { id, sensor });
    test.nudges.send('runs');
    return made;
  };

  beforeEach(async () => {
    called = [];
    failing = false;
    database = await databases.open(kind);
    await storeSensor(database.knex, unsafe);
    await storeSensor(database.knex, keyed);
    test = await startTestEngine(database, {
      actions: [action('test:unsafe', 'none'), action('test:keyed', 'key')],
    });
  });
  afterEach(() => test.stop());

  it('are held where a second time would not be safe, until a person looked', async () => {
    await test.reaches(await run('before', unsafe), 'done');
    await insertRestore(database.knex, 'here');
    await database.knex('restores').update({ at: Date.now() + 60_000 });

    const held = await test.reaches(await run('old', unsafe), 'held');
    expect(held.reason).toMatchObject({
      code: 'mayHaveHappened',
      message: expect.stringContaining('The database came from a backup'),
    });
    await test.reaches(await run('safe', keyed), 'done');
    expect(called).toEqual(['before', 'safe']);

    await database.knex('restores').update({ at: Date.now() - 60_000 });
    await test.reaches(await run('new', unsafe), 'done');
    await database
      .knex('events')
      .where({ id: 'old' })
      .update({ accepted_at: 1 });
    failing = true;
    await test.engine.decisions.releaseRun({
      ...{ id: held.id, version: held.version, by: 'user:default/pia' },
      confirmOlder: false,
    });
    await test.reaches(held.id, 'done');
    expect(called).toEqual(['before', 'safe', 'new', 'old']);
  });
});
