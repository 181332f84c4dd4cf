import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '@backstage/errors';
import {
  RetryLaterError,
  type ChangeHost,
  type CommitRequest,
} from '@gitops-events/plugin-gitops-events-node';
import { MemoryChangeHost } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import {
  startTestEngine,
  testConfig,
  type TestEngine,
} from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import { nowSql } from '../store/clock';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(180_000);

const sensorFor = (
  name: string,
  base: string,
  repo = 'local:deployments',
): SensorInput => ({
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name, owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    target: { environment: 'staging' },
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          ...{ repo, base },
          edits: [
            { kind: 'yaml', file: 'apps/shop.yaml', set: { tag: '2.0.0' } },
          ],
        },
      },
    ],
  },
});

/** Takes questions and answers none, until it is let go. */
class HangingForge extends MemoryChangeHost {
  readonly asked = new Set<string>();
  letGo!: () => void;
  private readonly until = new Promise<void>(done => {
    this.letGo = done;
  });

  override async head(repository: string): Promise<undefined> {
    this.asked.add(repository);
    await this.until;
    return undefined;
  }
}

const [boundary] = testConfig.boundaries;
const boundaries = [
  {
    ...boundary,
    repositories: ['local:deployments', 'memory:*'].map(repo => ({
      ...{ ...boundary.repositories[0], repo },
    })),
  },
];

const databases = testDatabases();

describe.each(databaseKinds)('a host that fails, on %s', kind => {
  let database: Database;
  let test: TestEngine;
  /** What is told of the branch `gone`. */
  let failure: Error | undefined;
  let forge: HangingForge;

  /** Never answers as long as this is set, until it is told to give up. */
  let hanging = false;
  const gaveUp: Array<{ ours: boolean }> = [];
  const hang = async (signal: AbortSignal): Promise<never> => {
    await once(signal, 'abort');
    const now = nowSql(database.knex);
    const ours = await database
      .knex('changes')
      .whereNotNull('claimed_by')
      .whereRaw(`due_at > ${now}`);
    gaveUp.push({ ours: ours.length === 1 });
    throw signal.reason;
  };
  const wrap = (host: ChangeHost): ChangeHost =>
    new Proxy(host, {
      get(target, key: keyof ChangeHost) {
        if (key === 'within') {
          return (signal: AbortSignal) =>
            wrap(
              Object.assign(Object.create(target), {
                commit: (request: CommitRequest) =>
                  hanging ? hang(signal) : target.commit(request),
              }),
            );
        }
        const value = target[key];
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          key === 'head' && args[1] === 'gone' && failure
            ? Promise.reject(failure)
            : Reflect.apply(value, target, args);
      },
    });
  const run = async (name: string, base: string, repo?: string) => {
    const sensor = sensorFor(name, base, repo);
    await storeSensor(database.knex, sensor);
    return fire(database.knex, { id: name, sensor, environment: 'staging' });
  };

  beforeEach(async () => {
    database = await databases.open(kind);
    forge = new HangingForge();
    test = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "1.0.0"\n' },
      ...{ wrap, boundaries, hosts: [forge] },
    });
    await git(test.bare, 'branch', 'gone', 'main');
  });
  afterEach(async () => {
    forge.letGo();
    await test.stop();
  });

  it('does not keep another host waiting, however much waits for it', async () => {
    // More than are sealed for at once.
    const stuck = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        run(`stuck-${n}`, 'main', `memory:r${n}`),
      ),
    );
    test.nudges.send('runs');
    await waitForExpect(async () => {
      const waiting = await database.knex('effects').where('state', 'pending');
      expect(waiting).toHaveLength(stuck.length);
      expect(forge.asked.size).toBeGreaterThan(1);
    }, 30_000);
    for (const name of ['first', 'second']) {
      const free = await run(name, 'main');
      test.nudges.send('runs');
      await test.reaches(free, name === 'first' ? 'applied' : 'alreadySo');
    }
    expect(forge.asked.size).toBeLessThan(stuck.length);
    forge.letGo();
    for (const id of stuck) await test.reaches(id, 'held');
  });

  it('stops nothing on other bases, and goes on when it is back', async () => {
    failure = new RetryLaterError('Busy', 300);
    const stuck = await run('stuck', 'gone');
    test.nudges.send('runs');
    await test.reaches(stuck, 'waiting');
    const free = await run('free', 'main');
    test.nudges.send('runs');
    await test.reaches(free, 'applied');
    failure = undefined;
    await test.reaches(stuck, 'applied');
  });

  it('ends a call that does not answer while the claim is still its own', async () => {
    hanging = true;
    gaveUp.length = 0;
    const id = await run('hanging', 'main');
    test.nudges.send('runs');
    while (gaveUp.length === 0) await sleep(100);
    hanging = false;
    expect(gaveUp).toEqual([{ ours: true }]);
    await test.reaches(id, 'applied');
  });

  it('holds what a person must mend, in the words of the host', async () => {
    failure = new InputError('There are no credentials for it.');
    const held = await run('held', 'gone');
    test.nudges.send('runs');
    const { reason } = await test.reaches(held, 'held');
    expect(reason?.message).toBe('There are no credentials for it.');
  });
});
