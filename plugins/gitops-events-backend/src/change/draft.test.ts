import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { makeDue } from '../__testUtils__/makeDue';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { changeOf, type Change } from '../store/changeRow';
import type { Database } from '../store/database';
import { readRevision } from '../store/readChange';
import { databaseKinds, testDatabases } from '../store/testDatabases';

/* A draft is nobody's to merge until checks and approvals are there. */
jest.setTimeout(60_000);

const databases = testDatabases();
const repository = 'local:deployments';
const sensorOf = (mode: 'propose' | 'auto'): SensorInput => ({
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'resize', owner: 'group:default/platform' },
  spec: {
    mode,
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
          pullRequest: { draft: true },
        },
      },
    ],
  },
});

describe.each(databaseKinds)('drafts, on %s', kind => {
  let database: Database;
  let test: TestEngine;

  const start = async (
    mode: 'propose' | 'auto',
    tag: string,
    target: { approvals?: number } = {},
  ) => {
    database = await databases.open(kind);
    test = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "1"\n' },
      targets: { staging: { class: 'staging', mode: 'auto', ...target } },
    });
    const sensor = sensorOf(mode);
    await storeSensor(database.knex, sensor);
    const run = (id: string, data: object) =>
      fire(database.knex, {
        ...{ id, sensor, mode, data, environment: 'staging' },
      });
    const runId = await run('one', { tag });
    test.nudges.send('runs');
    return { runId, run };
  };
  afterEach(() => test.stop());

  const change = async (wanted: Partial<Change>): Promise<Change> => {
    let found: Change | undefined;
    await waitForExpect(async () => {
      const row = await database.knex('changes').first();
      found = row && changeOf(row);
      expect(found).toMatchObject(wanted);
    }, 30_000);
    return found!;
  };
  const pull = (one: Change) => test.host.get(repository, one.branch);
  const approve = async (one: Change) => {
    const { diffHash } = await readRevision(database.knex, one);
    await test.engine.decisions.approveChange({
      ...{ id: one.id, version: one.version, diffHash },
      by: 'user:default/pia',
    });
  };
  const said = (what: string) =>
    database.knex('timeline').where({ kind: what }).pluck('data');

  it('are made ready by the approval, before anybody merges them', async () => {
    await start('propose', '2');
    const open = await change({ state: 'waiting', draft: true });
    expect(await pull(open)).toMatchObject({ state: 'open', draft: true });
    expect(await said('pullRequestReady')).toEqual([]);

    await approve(open);
    const ready = await change({
      draft: false,
      state: 'waiting',
      reason: { code: 'merge' } as never,
    });
    expect(await pull(ready)).toMatchObject({ state: 'open', draft: false });
    expect(await said('pullRequestReady')).toEqual(['{"number":1}']);
  });

  it('made ready by a person wait for their approval all the same', async () => {
    const { runId } = await start('auto', '2', { approvals: 1 });
    const open = await change({ state: 'waiting', draft: true });
    const { branch, base, title, body, labels } = open;
    await test.host.propose({
      ...{ repository, branch, base, title, body, labels, draft: false },
    });
    await makeDue(database.knex);
    test.nudges.send('changes');
    await waitForExpect(async () => {
      const row = await database.knex('changes').first();
      expect(row.claimed_by).toBeNull();
      expect(Number(row.due_at)).toBeGreaterThan(0);
    }, 30_000);
    const still = await change({
      state: 'waiting',
      reason: { code: 'approval' } as never,
    });
    expect(await pull(still)).toMatchObject({ state: 'open', draft: false });

    await approve(still);
    await test.reaches(runId, 'applied', 'done');
    await change({ end: 'merged' });
  });

  it('stay ready when a newer run replaces the content, which is approved anew', async () => {
    const { run } = await start('propose', '2');
    await approve(await change({ state: 'waiting', draft: true }));
    await change({ draft: false, reason: { code: 'merge' } as never });
    await run('two', { tag: '3' });
    test.nudges.send('runs');
    const next = await change({
      revision: 2,
      state: 'waiting',
      draft: false,
      reason: { code: 'approval' } as never,
    });
    expect(await pull(next)).toMatchObject({ state: 'open', draft: false });
  });

  it('are none where it merges by itself', async () => {
    const { runId } = await start('auto', '2');
    await test.reaches(runId, 'applied', 'done');
    await change({ end: 'merged', draft: false });
    expect(await said('pullRequestReady')).toEqual([]);
  });
});
