import {
  RetryLaterError,
  type ChangeHost,
  type HostLimit,
} from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import type { Database } from '../store/database';
import { roomFor, takeUnits } from '../store/takeUnits';
import { readRun } from '../store/readRun';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { readLimitWaits } from '../timeline/readLimitWaits';

jest.setTimeout(180_000);

const writes = ['commit', 'propose', 'merge', 'close'] as const;
const title = 'The test takes 6 writes from us';
const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'bump', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    target: { environment: 'staging' },
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          ...{ repo: 'local:deployments', base: 'main' },
          key: '${{ event.id }}',
          edits: [
            {
              kind: 'yaml',
              file: 'apps/${{ event.id }}.yaml',
              set: { tag: '2.0.0' },
            },
          ],
        },
      },
    ],
  },
};

const databases = testDatabases();

describe.each(databaseKinds)('the limits of a host, on %s', kind => {
  let database: Database;
  let tests: TestEngine[];
  let limit: HostLimit;
  /** When each write reached the host. */
  let calls: Array<{ call: string; at: number }>;
  let failNext: Error | undefined;
  /** What a question is answered with. */
  let refuseToTell: Error | undefined;

  const wrap = (host: ChangeHost): ChangeHost =>
    new Proxy(host, {
      get(target, key: keyof ChangeHost) {
        if (key === 'limits') return () => [limit];
        const value = target[key];
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (key === 'head' && refuseToTell)
            return Promise.reject(refuseToTell);
          if (!(writes as readonly string[]).includes(key))
            return Reflect.apply(value, target, args);
          calls.push({ call: key, at: Date.now() });
          const failure = failNext;
          failNext = undefined;
          return failure
            ? Promise.reject(failure)
            : Reflect.apply(value, target, args);
        };
      },
    });
  const run = async (id: string) => {
    const runId = await fire(database.knex, {
      id,
      sensor,
      environment: 'staging',
    });
    for (const test of tests) test.nudges.send('runs');
    return runId;
  };
  const start = async (perMs: number) => {
    const units = { commit: 1, propose: 1, merge: 1, close: 1 };
    limit = { key: 'test', title, max: 6, perMs, units };
    await storeSensor(database.knex, sensor);
    tests.push(
      await startTestEngine(database, {
        seed: Object.fromEntries(
          ['a', 'b', 'c', 'd', 'e'].map(name => [
            `apps/${name}.yaml`,
            'tag: 1.0.0\n',
          ]),
        ),
        wrap,
      }),
    );
  };

  beforeEach(async () => {
    database = await databases.open(kind);
    tests = [];
    calls = [];
    failNext = refuseToTell = undefined;
  });
  afterEach(() => Promise.all(tests.map(test => test.stop())));

  it('are kept, whatever comes; what waits is told why, and all of it is applied', async () => {
    const perMs = 20_000;
    await start(perMs);
    const [test] = tests;
    for (const id of ['a', 'b']) {
      await test.reaches(await run(id), 'applied');
    }
    const late = [await run('c'), await run('d'), await run('e')];
    await test.reaches(late[0], 'waiting');
    await waitForExpect(async () => {
      const one = await readRun(database.knex, late[0]);
      const told = await readLimitWaits(database.knex, [one!]);
      expect(told.get(late[0])?.message).toMatch(
        new RegExp(`^${title}. The next change leaves in about .*, with up to`),
      );
    }, 30_000);
    for (const id of late) await test.reaches(id, 'applied');
    for (const { at } of calls) {
      const within = calls.filter(
        other => other.at >= at && other.at < at + perMs,
      );
      expect(within.length).toBeLessThanOrEqual(6);
    }
    // What waited left together.
    expect(calls.filter(({ call }) => call === 'merge')).toHaveLength(3);
  });

  it('are closed for all replicas when the forge asks for quiet', async () => {
    await start(3_600_000);
    failNext = new RetryLaterError('Too fast', 60_000);
    await run('a');
    const asks = [{ limit, units: 1 }];
    await waitForExpect(async () => {
      const { none } = await roomFor(database.knex, asks);
      expect(none?.waitMs).toBeGreaterThan(30_000);
    }, 30_000);
    expect(await takeUnits(database.knex, asks)).toBeDefined();
    expect(calls).toHaveLength(1);
  });

  it('are closed for all replicas when a question is answered so', async () => {
    await start(3_600_000);
    refuseToTell = new RetryLaterError('Too many questions', 60_000);
    await run('a');
    const other = databases.again(database);
    await waitForExpect(async () => {
      const { none } = await roomFor(other, [{ limit, units: 1 }]);
      expect(none?.waitMs).toBeGreaterThan(30_000);
    }, 30_000);
    expect(calls).toHaveLength(0);
  });
});
