import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine } from '../__testUtils__/testEngine';
import { testDatabases } from '../store/testDatabases';

jest.setTimeout(60_000);

const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'release', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [
      {
        id: 'write',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          edits: [{ kind: 'yaml', file: 'apps/shop.yaml', set: { tag: '2' } }],
        },
      },
    ],
  },
};

const databases = testDatabases();

it('shows a policy all events of a run, and which of them completed it', async () => {
  const database = await databases.open('sqlite');
  const { knex } = database;
  const judged: Array<{ event: string; events: string[] }> = [];
  const test = await startTestEngine(database, {
    seed: { 'apps/shop.yaml': 'tag: 1\n' },
    checks: [
      {
        name: 'who',
        check: async ({ event, events }) => {
          judged.push({ event: event.id, events: events.map(({ id }) => id) });
          return { check: 'who', verdict: 'pass', reasons: [] };
        },
      },
    ],
  });
  try {
    await test.engine.stop();
    await storeSensor(knex, sensor);
    const run = await fire(knex, { id: 'second', sensor });
    const { seq: _, ...last } = await knex('events').first();
    const first = 'f'.repeat(32);
    await knex('events').insert({ ...last, uid: first, id: 'first' });
    const events = [first, last.uid].map(uid => ({ uid, dependency: 'asked' }));
    await knex('runs').update({
      scope: JSON.stringify({ events, params: {} }),
    });
    test.engine.start();
    await test.reaches(run, 'applied');
    expect(judged).toEqual([{ event: 'second', events: ['first', 'second'] }]);
  } finally {
    await test.stop();
  }
});
