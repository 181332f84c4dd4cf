import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine } from '../__testUtils__/testEngine';
import { readRun } from '../store/readRun';
import { databaseKinds, testDatabases } from '../store/testDatabases';

const databases = testDatabases();

it.each(databaseKinds)(
  'an engine that stops lets the steps under way come to their end on %s',
  async kind => {
    const database = await databases.open(kind);
    let begun = false;
    const test = await startTestEngine(database, {
      actions: [
        {
          id: 'call',
          description: 'Calls someone who cannot be asked whether it was.',
          input: z.object({}),
          safety: 'none',
          run: async () => {
            begun = true;
            await sleep(500);
            return { outcome: 'done' };
          },
        },
      ],
    });
    const sensor = {
      apiVersion: 'gitops-events.io/v1alpha1' as const,
      kind: 'Sensor' as const,
      metadata: { name: 'caller', owner: 'group:default/platform' },
      spec: {
        dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
        steps: [{ id: 'call', action: 'call' }],
      },
    };
    await storeSensor(database.knex, sensor);
    const id = await fire(database.knex, { id: 'e1', sensor });
    test.nudges.send('runs');
    while (!begun) await sleep(5);
    await test.stop();
    expect(await readRun(database.knex, id)).toMatchObject({
      ...{ state: 'ended', end: 'done' },
    });
  },
);
