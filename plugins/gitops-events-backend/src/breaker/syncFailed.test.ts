import type {
  SyncObservation,
  SyncTracker,
} from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(60_000);

const repository = 'local:deployments';

/** An application that took the commit, and what came of it. */
function follower(came: Pick<SyncObservation, 'sync' | 'health'>): SyncTracker {
  let asked: string | undefined;
  return {
    name: 'cluster',
    applications: async () => [{ application: 'shop', path: 'apps' }],
    request: async (_, commit) => {
      asked = commit;
    },
    observe: async () => [
      {
        application: 'shop',
        repository,
        branch: 'main',
        path: 'apps',
        revision: asked,
        observedAt: Date.now(),
        ...came,
      },
    ],
    watch: () => {},
  };
}

function sensorWith(counts: Array<'failed' | 'syncFailed'>): SensorInput {
  return {
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name: 'deploy', owner: 'group:default/platform' },
    spec: {
      mode: 'auto',
      dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
      circuitBreaker: { failures: 1, openFor: '1h', over: 'hold', counts },
      steps: [
        {
          id: 'bump',
          action: 'git:change',
          input: {
            repo: repository,
            merge: { approvals: 0 },
            edits: [
              {
                kind: 'yaml',
                file: 'apps/shop.yaml',
                set: { tag: '${{ event.data.tag }}' },
              },
            ],
          },
        },
        { id: 'sync', action: 'sync:wait', timeout: '2s' },
      ],
    },
  };
}

/** From the merge to the breaker: a change that did not become healthy is `syncFailed`. */
describe.each(databaseKinds)('a sync that fails, on %s', kind => {
  const databases = testDatabases();
  let test: TestEngine;
  afterEach(() => test.stop());

  it.each([
    ['by its tracker', { sync: 'failed', health: 'degraded' }, 'syncFailed'],
    ['for its time', { sync: 'synced', health: 'progressing' }, 'timeout'],
  ] as const)('opens the breaker that counts it: %s', async (_, came, code) => {
    const database = await databases.open(kind);
    test = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "0"\n' },
      trackers: [follower(came)],
    });
    const ask = async (sensor: SensorInput, id: string) => {
      const data = { tag: id };
      const run = await fire(database.knex, { id, sensor, data });
      test.nudges.send('runs');
      return run;
    };
    const [counts, careless] = [
      sensorWith(['syncFailed']),
      sensorWith(['failed']),
    ];
    careless.metadata.name = 'careless';
    for (const sensor of [counts, careless]) {
      await storeSensor(database.knex, sensor);
    }
    const merged = await test.reaches(await ask(careless, 'a'), 'failed');
    expect(merged.reason).toMatchObject({ code });
    await test.reaches(await ask(careless, 'b'), 'failed');

    await test.reaches(await ask(counts, 'c'), 'failed');
    const held = await test.reaches(await ask(counts, 'd'), 'held');
    expect(held.reason).toMatchObject({ code: 'circuitBreaker' });
    const breakers = await database.knex('breakers').pluck('sensor');
    expect(breakers).toEqual(['deploy']);
  });
});
