import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { InputError } from '@backstage/errors';
import type {
  ChangeHost,
  CommitRequest,
} from '@gitops-events/plugin-gitops-events-node';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { makeDue } from '../__testUtils__/makeDue';
import { testConfig } from '../__testUtils__/testConfig';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import { changeOf, type Change } from '../store/changeRow';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

/* What needs no person may go to its base without a pull request: once, and never over others. */
jest.setTimeout(60_000);

const databases = testDatabases();
const repository = 'local:deployments';
const shop: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'shop', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    target: { environment: 'staging' },
    steps: [
      {
        id: 'write',
        action: 'git:change',
        input: {
          repo: repository,
          edits: [
            {
              kind: 'yaml',
              file: 'apps/shop.yaml',
              set: { tag: '${{ event.data.tag }}' },
            },
          ],
          merge: { direct: true },
        },
      },
    ],
  },
};

describe.each(databaseKinds)('direct commits, on %s', kind => {
  let database: Database;
  let test: TestEngine;

  const start = async (
    options: Partial<Parameters<typeof startTestEngine>[1]> & {
      granted?: boolean;
    } = {},
  ) => {
    const { granted = true, ...more } = options;
    database = await databases.open(kind);
    test = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "1"\n', 'apps/cart.yaml': 'tag: "1"\n' },
      boundaries: testConfig.boundaries.map(boundary => ({
        ...boundary,
        direct: granted,
      })),
      ...more,
    });
    await storeSensor(database.knex, shop);
  };
  afterEach(() => test.stop());

  const ask = async (tag: string) => {
    const runId = await fire(database.knex, {
      ...{ id: tag, sensor: shop, mode: 'auto', data: { tag } },
      environment: 'staging',
    });
    test.nudges.send('runs');
    return runId;
  };
  const changes = async (): Promise<Change[]> =>
    (await database.knex('changes').orderBy('seq')).map(changeOf);
  const said = async (what: string) =>
    (await database.knex('timeline').where({ kind: what }).pluck('data')).map(
      data => JSON.parse(data),
    );
  /** The changes whose commits base has. */
  const log = async () =>
    (await git(test.bare, 'log', '--format=%b', 'main')).match(
      /GitOps-Change: .*/g,
    ) ?? [];
  const values = async () => {
    const head = (await test.host.head(repository, 'main'))!;
    const files = await test.host.read(repository, head, ['apps/']);
    return files.map(({ content }) => Buffer.from(content).toString());
  };
  /** A person commits to base. */
  const person = async (text: string) => {
    const head = (await test.host.head(repository, 'main'))!;
    const outcome = await test.host.commit({
      ...{ repository, branch: 'main', expectedHead: head, parent: head },
      files: [
        {
          path: 'apps/cart.yaml',
          mode: '100644',
          content: new TextEncoder().encode(text),
        },
      ],
      message: 'By hand',
      author: { name: 'Dana', email: 'dana@example.com' },
      time: 1_800_000_000,
    });
    expect(outcome.outcome).toBe('committed');
  };
  /** What happens around the first commit to base. */
  const around =
    (
      what: (
        commit: () => ReturnType<ChangeHost['commit']>,
      ) => ReturnType<ChangeHost['commit']>,
    ) =>
    (host: ChangeHost): ChangeHost => {
      let first = true;
      return new Proxy(host, {
        get(target, key: keyof ChangeHost) {
          const value = target[key];
          if (typeof value !== 'function') return value;
          return async (...given: any[]) => {
            const call = () => Reflect.apply(value, target, given);
            const [request] = given as [CommitRequest];
            if (key !== 'commit' || request.branch !== 'main' || !first) {
              return call();
            }
            first = false;
            return what(call);
          };
        },
      });
    };

  it('need no branch and no pull request', async () => {
    await start();
    await test.reaches(await ask('2'), 'applied');
    expect(await values()).toEqual(['tag: "1"\n', 'tag: "2"\n']);
    const [change] = await changes();
    expect(change).toMatchObject({ end: 'merged', direct: true });
    expect(change.pullNumber).toBeUndefined();
    expect(await said('pullRequestOpened')).toEqual([]);
    expect(await said('merged')).toEqual([
      { commit: change.mergeCommit, rule: 'every check passed', direct: true },
    ]);
    const branches = await git(test.bare, 'branch', '--format=%(refname)');
    expect(branches.trim()).toBe('refs/heads/main');
    expect(await log()).toEqual([`GitOps-Change: ${change.id}`]);
  });

  it('are found again after a lost answer, below what others committed since', async () => {
    await start({
      wrap: around(async commit => {
        await commit();
        await person('tag: "by hand"\n');
        throw new Error('The answer was lost');
      }),
    });
    const run = await ask('2');
    await waitForExpect(
      async () => expect((await changes())[0]?.attempt).toBe(1),
      30_000,
    );
    await makeDue(database.knex);
    test.nudges.send('changes');
    await test.reaches(run, 'applied');
    const [change] = await changes();
    expect(await log()).toEqual([`GitOps-Change: ${change.id}`]);
    expect(change).toMatchObject({ end: 'merged', revision: 1 });
    expect(await values()).toEqual(['tag: "by hand"\n', 'tag: "2"\n']);
  });

  it('are rendered again where others were faster, whose commit stays', async () => {
    await start({
      wrap: around(async commit => {
        await person('tag: "by hand"\n');
        return commit();
      }),
    });
    await test.reaches(await ask('2'), 'applied');
    expect(await values()).toEqual(['tag: "by hand"\n', 'tag: "2"\n']);
    expect(await changes()).toMatchObject([{ revision: 2, direct: true }]);
    expect(await said('conflict')).toHaveLength(1);
  });

  it('that were made are not cancelled, whatever came of the answer', async () => {
    await start({
      wrap: around(async commit => {
        await commit();
        throw new Error('The answer was lost');
      }),
    });
    const run = await ask('2');
    await waitForExpect(
      async () => expect((await changes())[0]?.attempt).toBe(1),
      30_000,
    );
    const { version } = await test.reaches(run, 'waiting');
    await test.engine.decisions.cancelRun({
      ...{ id: run, version, by: 'user:default/ana' },
    });
    await makeDue(database.knex);
    test.nudges.send('changes');
    await test.reaches(run, 'applied');
    expect(await log()).toHaveLength(1);
  });

  it('are proposed instead where the host has a rule against them', async () => {
    await start({
      wrap: around(async () => {
        throw new InputError('The branch main is protected.');
      }),
    });
    await test.reaches(await ask('2'), 'applied');
    expect(await changes()).toMatchObject([
      { end: 'merged', direct: false, pullNumber: 1 },
    ]);
    expect(await said('proposedInstead')).toEqual([
      {
        reason: {
          code: 'notDirect',
          message: 'The branch main is protected.',
        },
      },
    ]);
  });

  it('are no way around an approval', async () => {
    await start({
      targets: { staging: { class: 'staging', mode: 'auto', approvals: 1 } },
    });
    await ask('2');
    await waitForExpect(
      async () =>
        expect(await changes()).toMatchObject([
          { state: 'waiting', direct: false, pullNumber: 1 },
        ]),
      30_000,
    );
    expect(await values()).toEqual(['tag: "1"\n', 'tag: "1"\n']);
  });

  it('are not made by an owner that was not granted them', async () => {
    await start({ granted: false });
    await test.reaches(await ask('2'), 'applied');
    expect(await changes()).toMatchObject([{ direct: false, pullNumber: 1 }]);
  });
});
