import type { Knex } from 'knex';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { activate, testSensor } from '../pipeline/testSensor';
import { Sandbox } from '../sandbox';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { decideForReal, read, replica, store } from './__testUtils__/past';
import { compareOutcomes } from './compare';
import { findingOf } from './findings';

jest.setTimeout(120_000);

const databases = testDatabases();
const sandbox = new Sandbox({ expressionMs: 2_000, expressionHeapMb: 128 });
afterAll(() => sandbox.stop());

const start = Date.UTC(2026, 0, 5, 10);
const rule = (set: object, filter?: string) =>
  testSensor('promote', {
    dependencies: [
      { name: 'asked', ingress: 'test', type: 'test.event', filter },
    ],
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          edits: [{ kind: 'yaml', file: 'apps/shop.yaml', set }],
        },
      },
    ],
  });
const tag = { tag: '${{ event.data.tag }}' };

describe('compareOutcomes', () => {
  it.each([
    [undefined, 'fired', 'firesNow'],
    ['held', 'fired', 'firesNow'],
    ['fired', 'held', 'noLongerFires'],
    ['fired', 'fired', undefined],
    [undefined, 'notMatched', 'alike'],
    ['suppressed', 'suppressed', 'alike'],
    ['suppressed', 'notMatched', 'other'],
    ['fired', 'waiting', 'waiting'],
  ] as const)('%s then, %s now: %s', (then, now, difference) => {
    expect(compareOutcomes(then, now)).toBe(difference);
  });
});

describe.each(databaseKinds)('diffs of a replay on %s', kind => {
  let knex: Knex;
  let engine: TestEngine;
  let one: ReturnType<typeof replica>;

  beforeEach(async () => {
    const database = await databases.open(kind);
    ({ knex } = database);
    engine = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "0"\nversion: "0"\n' },
    });
    one = replica(knex, [engine.host]);
    await activate(knex, [rule(tag)]);
    await store(
      knex,
      ['1', '2'].map((text, place) => ({
        id: text,
        at: start + place,
        data: { tag: text },
      })),
    );
    await decideForReal(knex, sandbox);
    for (const { id } of await knex('runs')) {
      await engine.reaches(id, 'applied', 'superseded', 'alreadySo');
    }
  });
  afterEach(async () => {
    await one.stop();
    await engine.stop();
  });
  const patches = (run: any) =>
    run.steps.map(({ change }: any) =>
      change.diff.map(({ patch }: any) => patch.match(/^[-+].*$/gm)),
    );

  it('stand side by side where both revisions fire and write something else', async () => {
    const head = await engine.host.head('local:deployments', 'main');
    const id = await one.create(rule({ version: tag.tag }));
    await one.finish(id);

    const found = (await knex('replay_findings').orderBy('seq')).map(findingOf);
    expect(found.map(({ difference }) => difference)).toEqual([
      'other',
      'other',
    ]);
    const [first] = found;
    expect(first.then).toMatchObject({ outcome: 'fired', revision: 1 });
    // On the repository of today, untouched by what another run would merge.
    expect(patches(first.then!.run)).toEqual([[['-tag: "2"', '+tag: "1"']]]);
    expect(found.map(({ now }) => patches(now.run))).toEqual([
      [[['-version: "0"', '+version: "1"']]],
      [[['-version: "0"', '+version: "2"']]],
    ]);
    expect(await engine.host.head('local:deployments', 'main')).toBe(head);
  });

  it('are not made where both revisions can only write the same', async () => {
    const id = await one.create(rule(tag, 'event.data.tag != "9"'));
    await one.finish(id);
    expect((await read(knex, id)).counts).toMatchObject({
      alike: 2,
      compared: 0,
    });
  });

  it('are left out, and told so, beyond the runs that one replay goes through', async () => {
    const id = await one.create(rule({ version: tag.tag }));
    const { counts } = await read(knex, id);
    await knex('replays').update({
      counts: JSON.stringify({ ...counts, compared: 1_000 }),
    });
    expect((await one.finish(id)).counts).toMatchObject({
      alike: 2,
      uncompared: 2,
    });
  });
});
