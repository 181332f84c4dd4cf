import type { Action } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { z } from 'zod';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(120_000);

function sensorOf(
  name: string,
  action: string,
  priority: SensorInput['spec']['priority'] = 'normal',
): SensorInput {
  return {
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name, owner: 'group:default/platform' },
    spec: {
      dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
      priority,
      steps: [{ id: 'do', action }],
    },
  };
}

const databases = testDatabases();

describe.each(databaseKinds)('a storm of slow runs on %s', kind => {
  let database: Database;
  let test: TestEngine;
  let letGo: () => void;
  const begun = new Map<string, number>();

  const input = z.object({}) as never;
  const doing =
    (until: () => Promise<unknown>): Action['run'] =>
    async ({ sensor }) => {
      begun.set(sensor, (begun.get(sensor) ?? 0) + 1);
      await until();
      return { outcome: 'done' };
    };

  beforeEach(async () => {
    begun.clear();
    database = await databases.open(kind);
    const free = new Promise<void>(done => {
      letGo = done;
    });
    test = await startTestEngine(database, {
      actions: [
        {
          id: 'slow',
          description: 'Takes as long as the test.',
          input,
          safety: 'look',
          run: doing(() => free),
        },
        {
          id: 'quick',
          description: 'Takes no time.',
          input,
          safety: 'look',
          run: doing(async () => {}),
        },
      ],
    });
  });
  afterEach(async () => {
    letGo();
    await test.stop();
  });

  /** Copies of one run: what matters is how many there are. */
  const storm = async (sensor: SensorInput, size: number) => {
    const name = sensor.metadata.name;
    await storeSensor(database.knex, sensor);
    const id = await fire(database.knex, { id: `first of ${name}`, sensor });
    const { seq: _, ...row } = await database
      .knex('runs')
      .where({ id })
      .first();
    const copies = Array.from({ length: size - 1 }, (_unused, n) => ({
      ...row,
      id: `${name}${n}`.padEnd(32, '.'),
    }));
    await database.knex.batchInsert('runs', copies, 500);
  };

  /** Until the storms have what they can get. */
  const settled = async () => {
    for (let before = -1; before !== sum(begun);) {
      before = sum(begun);
      await new Promise(done => setTimeout(done, 1_000));
    }
  };

  it('does not keep the run of another sensor waiting', async () => {
    await storm(sensorOf('a-storm', 'slow'), 2_000);
    await storm(sensorOf('b-storm', 'slow'), 2_000);
    test.nudges.send('runs');
    const quick = sensorOf('quick', 'quick');
    await storeSensor(database.knex, quick);
    // Both storms have what they can get.
    for (let before = -1; before !== sum(begun);) {
      before = sum(begun);
      await new Promise(done => setTimeout(done, 1_000));
    }
    const all = [];
    for (let n = 0; n < 20; n++) {
      const id = await fire(database.knex, { id: `q${n}`, sensor: quick });
      all.push(id);
    }
    test.nudges.send('runs');
    for (const id of all) await test.reaches(id, 'done');
    // None of the storm had to end for that, and it was not starved either.
    expect(
      await database.knex('runs').where({ state: 'ended' }).pluck('sensor'),
    ).toEqual(Array(20).fill('quick'));
    expect(sum(begun) - 20).toBeLessThan(256);
    expect(begun.get('a-storm')).toBeGreaterThanOrEqual(16);
    expect(begun.get('b-storm')).toBeGreaterThanOrEqual(16);
  });

  it('gives the places of a low priority to a high one, but not all', async () => {
    await test.engine.stop();
    await storm(sensorOf('a-low', 'slow', 'low'), 400);
    await storm(sensorOf('b-high', 'slow', 'high'), 400);
    test.engine.start();
    await settled();
    const [low, high] = [begun.get('a-low')!, begun.get('b-high')!];
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThanOrEqual(1.5 * low);
    expect(low + high).toBeLessThan(256);
  });
});

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, count) => all + count, 0);
}
