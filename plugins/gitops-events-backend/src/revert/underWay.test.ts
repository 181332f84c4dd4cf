import waitForExpect from 'wait-for-expect';
import type { Action } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { z } from 'zod';
import { before, Door } from '../__testUtils__/door';
import { fire, storeSensor } from '../__testUtils__/fire';
import { testConfig } from '../__testUtils__/testConfig';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import { verifyChain } from '../store/chain';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(120_000);

const pia = 'user:default/pia';
const seed = { 'apps/a.yaml': 'tag: 1.10 # old\n' };
const change = (id: string, base: string) => ({
  id,
  action: 'git:change',
  input: {
    repo: 'local:deployments',
    base,
    edits: [{ kind: 'yaml', file: 'apps/a.yaml', set: { tag: 'bad' } }],
  },
});
const sensorOf = (...steps: object[]) =>
  ({
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name: 'promote', owner: 'group:default/platform' },
    spec: {
      mode: 'auto',
      dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
      steps,
    },
  }) as SensorInput;
/** As a sync that never becomes healthy. */
const waits: Action<object> = {
  id: 'test:wait',
  description: 'Waits for ever.',
  input: z.object({}),
  safety: 'look',
  run: async () => ({
    outcome: 'waiting',
    reason: { code: 'test', message: 'Waits for ever.' },
    topic: 'never',
    atMostMs: 60_000,
  }),
};
const [boundary] = testConfig.boundaries;
const [repository] = boundary.repositories;
const boundaries = [
  {
    ...boundary,
    repositories: [{ ...repository, branches: ['main', 'live'] }],
  },
];

describe.each(databaseKinds)('a run that is under way, on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let test: TestEngine;
  let door: Door;

  const start = async (
    steps: object[],
    options: Parameters<typeof startTestEngine>[1] = {},
  ) => {
    const sensor = sensorOf(...steps);
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    test = await startTestEngine(database, {
      ...{ seed, boundaries, actions: [waits], ...options },
    });
    await git(test.bare, 'branch', 'live', 'main');
    const id = await fire(database.knex, { id: '1', sensor });
    test.nudges.send('runs');
    return id;
  };
  const preview = (id: string) => test.engine.decisions.previewRevert(id);
  const revert = async (id: string) => {
    const { digest } = await preview(id);
    const asked = { id, by: pia, digest, comment: 'It crashes.', choices: {} };
    return test.engine.decisions.revertRun(asked);
  };
  const on = (branch: string) =>
    git(test.bare, 'show', `${branch}:apps/a.yaml`);
  const atStep = (id: string, step: number, state: string) =>
    waitForExpect(async () => {
      const run = await database.knex('runs').where({ id }).first();
      expect([run.step, run.state]).toEqual([step, state]);
    }, 30_000);

  beforeEach(() => {
    door = new Door();
  });
  afterEach(async () => {
    door.open();
    await test?.stop();
  });

  it('is cancelled with the decision, and what it has merged is taken back', async () => {
    const bad = await start([
      change('main', 'main'),
      { id: 'wait', action: 'test:wait' },
    ]);
    await atStep(bad, 1, 'waiting');
    expect(await preview(bad)).toMatchObject({ cancels: true });
    await test.reaches(await revert(bad), 'applied');
    const { reason } = await test.reaches(bad, 'cancelled');
    expect(reason).toEqual({
      code: 'takenBack',
      message: 'Taken back by user:default/pia.',
    });
    expect(await on('main')).toBe('tag: 1.10 # old');
    expect((await verifyChain(database.knex, 'people')).broken).toBeUndefined();
  });

  it('is told to be cancelled where nothing of it is merged yet', async () => {
    const bad = await start([{ id: 'wait', action: 'test:wait' }]);
    await atStep(bad, 0, 'waiting');
    await expect(preview(bad)).rejects.toMatchObject({
      name: 'ConflictError',
      message: 'It has not changed anything in Git yet. Cancel it instead.',
    });
  });

  it('writes nothing any more of what was about to be sealed', async () => {
    let sealing = true;
    const wrap = before('head', async (_, branch) => {
      if (branch !== 'live' || !sealing) return;
      sealing = false;
      await door.pass();
    });
    door.shut();
    const bad = await start([change('main', 'main'), change('live', 'live')], {
      wrap,
    });
    await waitForExpect(async () => expect(door.came).toBe(1), 30_000);
    await atStep(bad, 1, 'waiting');
    const reverting = await revert(bad);
    door.open();
    await test.reaches(reverting, 'applied');
    await test.reaches(bad, 'cancelled');
    expect([await on('main'), await on('live')]).toEqual([
      'tag: 1.10 # old',
      'tag: 1.10 # old',
    ]);
    const left = database.knex('effects').where({ run_id: bad, state: 'left' });
    expect(await left).toHaveLength(1);
    expect(await database.knex('changes')).toHaveLength(2);
  });

  it('is not taken back while a change of it may merge; what merged is, after that', async () => {
    const wrap = before('merge', async ({ base }) => {
      if (base === 'live') await door.pass();
    });
    door.shut();
    const bad = await start([change('main', 'main'), change('live', 'live')], {
      wrap,
    });
    await waitForExpect(async () => expect(door.came).toBe(1), 30_000);
    await expect(preview(bad)).rejects.toMatchObject({
      name: 'ConflictError',
      message: expect.stringMatching(
        /on its way and may still merge.*Cancel the run first/,
      ),
    });
    door.open();
    await test.reaches(bad, 'applied');
    await test.reaches(await revert(bad), 'applied');
    expect([await on('main'), await on('live')]).toEqual([
      'tag: 1.10 # old',
      'tag: 1.10 # old',
    ]);
  });

  it('is cancelled by hand where its pull request is open, then taken back', async () => {
    const bad = await start([change('main', 'main'), change('live', 'live')], {
      checks: [
        {
          name: 'look',
          check: async ({ base }) => ({
            check: 'look',
            verdict: base === 'live' ? 'review' : 'pass',
            reasons: ['A person has to look.'],
          }),
        },
      ],
    });
    await waitForExpect(async () => {
      const [, open] = await database.knex('changes').orderBy('seq');
      expect(open?.state).toBe('waiting');
    }, 30_000);
    await expect(preview(bad)).rejects.toThrow('Cancel the run first');
    await waitForExpect(async () => {
      const { version } = await test.reaches(bad, 'waiting');
      await test.engine.decisions.cancelRun({ id: bad, version, by: pia });
    }, 20_000);
    await test.reaches(bad, 'cancelled');
    await test.reaches(await revert(bad), 'applied');
    expect([await on('main'), await on('live')]).toEqual([
      'tag: 1.10 # old',
      'tag: 1.10 # old',
    ]);
  });
});
