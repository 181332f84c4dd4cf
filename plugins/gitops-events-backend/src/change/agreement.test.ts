import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { fire, storeSensor } from '../__testUtils__/fire';
import {
  startTestEngine,
  testConfig,
  type TestEngine,
} from '../__testUtils__/testEngine';
import { pushByHand } from '../git/__testUtils__/gitCommand';
import { Sandbox } from '../sandbox';
import type { Database } from '../store/database';
import { readRun } from '../store/readRun';
import { readRuns } from '../store/readRuns';
import { readObserved, settleObserved, type Observed } from '../store/observed';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { countAgreement } from '../timeline/countAgreement';
import { AGREE_WITHIN_MS, checkAgreement } from './agreement';
import { createFoldEffects } from './foldEffects';
import { hostBases } from './hostBases';
import type { SealContext } from './sealBase';

jest.setTimeout(60_000);

const change = (id: string, file: string) => ({
  id,
  action: 'git:change',
  input: {
    repo: 'local:deployments',
    edits: [{ kind: 'yaml', file, set: { tag: '${{ event.data.tag }}' } }],
  },
});
const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'watch', owner: 'group:default/platform' },
  spec: {
    mode: 'observe',
    dependencies: [{ name: 'asked', type: 'test.event' }],
    steps: [change('bump', 'apps/shop.yaml')],
  },
};
const base = { repository: 'local:deployments', base: 'main' };

describe.each(databaseKinds)('agreement on %s', kind => {
  const databases = testDatabases();
  const sandbox = new Sandbox({ expressionMs: 2_000, expressionHeapMb: 128 });
  let database: Database;
  let test: TestEngine;
  let context: Pick<SealContext, 'knex' | 'hosts' | 'readRuns' | 'foldEffects'>;

  afterAll(() => sandbox.stop());
  beforeEach(async () => {
    database = await databases.open(kind);
    const { knex } = database;
    test = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "1"\n', 'apps/cart.yaml': 'tag: "1"\n' },
    });
    context = {
      knex,
      hosts: [test.host],
      readRuns: ids => readRuns(knex, ids),
      foldEffects: (repository, branch) =>
        createFoldEffects({
          ...{ repository, base: branch, config: testConfig },
          ...{ checks: [], sandbox, baseOf: hostBases([test.host]) },
        }),
    };
  });
  afterEach(() => test.stop());

  const observe = async (tag: string, input = sensor) => {
    const run = await fire(database.knex, {
      id: `${input.metadata.name} ${tag}`,
      sensor: input,
      data: { tag },
      mode: 'observe',
    });
    test.nudges.send('runs');
    await test.reaches(run, 'done');
    return run;
  };
  const push = (name: string, text: string) =>
    pushByHand(test.bare, 'main', [
      { path: name, mode: '100644', content: Buffer.from(text) },
    ]);
  const check = (after = 0) =>
    checkAgreement(context, base, Date.now() + after);
  const agreed = async (id: string) =>
    (await readRun(database.knex, id))?.agreed;
  const open = () => database.knex('observed').count({ n: '*' });
  const rate = async () =>
    (await countAgreement(database.knex, ['watch', 'other'])).get('watch');

  it('is reached once base holds the value, whatever else changed beside it', async () => {
    await storeSensor(database.knex, sensor);
    const id = await observe('2');
    await check();
    expect(await agreed(id)).toBeUndefined();
    expect(await rate()).toBeUndefined();

    await push('apps/shop.yaml', '# By hand.\nother: true\ntag: "2"\n');
    await check();
    expect(await agreed(id)).toBe(true);
    expect(await rate()).toEqual({ agreed: 1, of: 1 });

    // What came after that does not matter any more.
    await push('apps/shop.yaml', 'tag: "3"\n');
    await check(2 * AGREE_WITHIN_MS);
    expect(await agreed(id)).toBe(true);
    expect(await open()).toEqual([{ n: kind === 'sqlite' ? 0 : '0' }]);
  });

  it('is missed when base holds another value, or none, a day later', async () => {
    await storeSensor(database.knex, sensor);
    const [first, second] = [await observe('2'), await observe('3')];
    await push('apps/shop.yaml', 'tag: "3"\n');
    await check(AGREE_WITHIN_MS - 60_000);
    expect([await agreed(first), await agreed(second)]).toEqual([
      undefined,
      true,
    ]);
    // The same commit is not looked at again, but its time runs out all the same.
    await check(AGREE_WITHIN_MS + 1);
    expect(await agreed(first)).toBe(false);
    expect(await rate()).toEqual({ agreed: 1, of: 2 });
  });

  it('is not counted where there was nothing to write, and writes no effect', async () => {
    await storeSensor(database.knex, sensor);
    const id = await observe('1');
    await check(2 * AGREE_WITHIN_MS);
    expect(await agreed(id)).toBeUndefined();
    expect(await database.knex('effects')).toEqual([]);
  });

  it('takes all steps of a run', async () => {
    const two: SensorInput = structuredClone(sensor);
    two.spec.steps.push(change('cart', 'apps/cart.yaml'));
    await storeSensor(database.knex, two);
    const [half, whole] = [await observe('2', two), await observe('3', two)];
    await push('apps/shop.yaml', 'tag: "2"\n');
    await check();
    expect(await agreed(half)).toBeUndefined();
    await push('apps/shop.yaml', 'tag: "3"\n');
    await check();
    await push('apps/cart.yaml', 'tag: "3"\n');
    await check();
    expect(await agreed(whole)).toBe(true);
    await check(AGREE_WITHIN_MS + 1);
    expect(await agreed(half)).toBe(false);
    expect(await agreed(whole)).toBe(true);
    expect(await rate()).toEqual({ agreed: 1, of: 2 });
  });

  it('is missed when the file or the branch is gone for good', async () => {
    await storeSensor(database.knex, sensor);
    const id = await observe('2');
    context.hosts = [
      Object.assign(Object.create(test.host), { head: async () => undefined }),
    ];
    await check();
    expect(await agreed(id)).toBeUndefined();
    await check(AGREE_WITHIN_MS + 1);
    expect(await agreed(id)).toBe(false);
  });

  it('stays open while base cannot be read', async () => {
    await storeSensor(database.knex, sensor);
    const id = await observe('2');
    const broken = async () => {
      throw new Error('unreachable');
    };
    context.hosts = [Object.assign(Object.create(test.host), { head: broken })];
    await expect(check(2 * AGREE_WITHIN_MS)).rejects.toThrow('unreachable');
    expect(await agreed(id)).toBeUndefined();
    context.hosts = [test.host];
    await push('apps/shop.yaml', 'tag: "2"\n');
    await check(2 * AGREE_WITHIN_MS);
    expect(await agreed(id)).toBe(true);
  });

  it('is told by two replicas that settle one step each at the same time', async () => {
    const two: SensorInput = structuredClone(sensor);
    two.spec.steps.push(change('cart', 'apps/cart.yaml'));
    await storeSensor(database.knex, two);
    const id = await observe('2', two);
    const head = { ...base, head: '', now: 0, limit: 9 };
    const [bump, cart] = await readObserved(database.knex, head);
    const settle = (knex: Knex, one: Observed) =>
      knex.transaction(async tx => {
        await settleObserved(tx, { agreed: [one], missed: [] });
        await new Promise(done => setTimeout(done, 100));
      });
    const other =
      kind === 'postgres' ? databases.again(database) : database.knex;
    await Promise.all([settle(database.knex, bump), settle(other, cart)]);
    expect(await agreed(id)).toBe(true);

    // Late news of a replica that read an older base.
    await settleObserved(database.knex, { agreed: [], missed: [bump] });
    expect(await agreed(id)).toBe(true);
  });

  it('gets its answer once, from however many replicas', async () => {
    await storeSensor(database.knex, sensor);
    const id = await observe('2');
    await push('apps/shop.yaml', 'tag: "2"\n');
    await Promise.all([check(), check(), check()]);
    expect(await agreed(id)).toBe(true);
  });
});
