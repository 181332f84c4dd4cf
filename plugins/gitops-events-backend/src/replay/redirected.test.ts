import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import {
  startTestEngine,
  testConfig,
  type TestEngine,
} from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import { eventUid } from '../pipeline/accept';
import { activate, testSensor } from '../pipeline/testSensor';
import type { Database } from '../store/database';
import { runOf, type Run } from '../store/runRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { everythingLive, replica, store } from './__testUtils__/past';

jest.setTimeout(120_000);

const databases = testDatabases();
const start = Date.UTC(2026, 0, 5, 10);
const staging = { environment: 'staging' };
const seed = Object.fromEntries(
  ['staging', 'production', 'all'].map(name => [
    `environments/${name}.yaml`,
    'tag: "0"\n',
  ]),
);

/** Lands where its event says, in a file by that target. */
const rule = (
  file = 'environments/${{ target.environment }}.yaml',
  spec: Partial<SensorInput['spec']> = {},
) =>
  testSensor('promote', {
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    target: { environment: '${{ event.data.to }}' },
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          edits: [
            { kind: 'yaml', file, set: { tag: '${{ event.data.tag }}' } },
          ],
        },
      },
    ],
    ...spec,
  });

describe.each(databaseKinds)('a redirected replay on %s', kind => {
  let database: Database;
  let knex: Knex;
  let engine: TestEngine;
  let one: ReturnType<typeof replica>;

  const startWith = async (
    sensor: ReturnType<typeof rule>,
    options: Parameters<typeof startTestEngine>[1] = {},
    config = testConfig,
  ) => {
    engine = await startTestEngine(database, { seed, ...options });
    one = replica(knex, [engine.host], config);
    await activate(knex, [sensor]);
  };
  beforeEach(async () => {
    database = await databases.open(kind);
    ({ knex } = database);
    await store(knex, [
      { id: '1', at: start, data: { tag: '1', to: 'production' } },
      { id: '2', at: start + 1_000, data: { tag: '2', to: 'production' } },
      { id: '3', at: start + 2_000, data: { tag: '3', to: 'staging' } },
    ]);
  });
  afterEach(async () => {
    await one.stop();
    await engine.stop();
  });

  const redirect = async (
    sensor: ReturnType<typeof rule>,
    target: { environment: string } = staging,
    ids = ['1', '2'],
  ) => {
    const id = await one.create(sensor, {
      rule: { name: 'promote', revision: 1, definition: sensor },
      mode: 'redirected',
      target,
      perSecond: 100,
      events: { uids: ids.map(name => eventUid('/test', name)) },
    });
    const done = await one.finish(id);
    engine.nudges.send('runs');
    return done;
  };
  const runs = async (): Promise<Run[]> =>
    (await knex('runs').orderBy('seq')).map(runOf);
  const file = (name: string) =>
    git(engine.bare, 'show', `main:environments/${name}.yaml`);

  it('writes for the target that a person chose, and for no other', async () => {
    await startWith(rule());
    const done = await redirect(rule());
    for (const { id } of await runs()) {
      await engine.reaches(id, 'applied', 'superseded');
    }
    expect(await file('staging')).toBe('tag: "2"');
    expect(await file('production')).toBe('tag: "0"');
    for (const run of await runs()) {
      expect(run).toMatchObject({
        generation: done.seq,
        target: staging,
        // Production would have had it proposed; staging merges by itself.
        mode: 'auto',
        scope: { redirected: { from: { environment: 'production' } } },
      });
    }
    const again = await redirect(rule());
    for (const { id } of await runs()) {
      await engine.reaches(id, 'applied', 'superseded', 'alreadySo', 'held');
    }
    const effects = await knex('effects').select('effect_id', 'generation');
    expect(new Set(effects.map(row => row.effect_id)).size).toBe(4);
    expect(new Set(effects.map(row => row.generation))).toEqual(
      new Set([done.seq, again.seq]),
    );
    const live = await everythingLive(knex);
    for (const table of ['sensor_state', 'timers', 'decisions']) {
      expect(live[table]).toEqual([]);
    }
  });

  it('holds a run that lands there anyway, before it writes', async () => {
    await startWith(rule());
    await redirect(rule(), staging, ['3']);
    const [{ id }] = await runs();
    expect((await engine.reaches(id, 'held')).reason).toMatchObject({
      code: 'sameLanding',
      message: expect.stringContaining('environments/staging.yaml'),
    });
    expect(await file('staging')).toBe('tag: "0"');
    expect(await knex('effects')).toEqual([]);
  });

  it.each([
    [
      'goes by its target in words alone',
      {
        pullRequest: { title: '${{ target.environment }}' },
      },
      'all',
    ],
    ['has a key for all targets', { key: 'shop' }, '${{ target.environment }}'],
  ])(
    'never touches what its sensor writes by itself, where it %s',
    async (_, more, name) => {
      const sensor = rule(`environments/${name}.yaml`);
      Object.assign(sensor.spec.steps[0].input, more);
      await startWith(sensor);
      await redirect(sensor);
      for (const { id } of await runs()) {
        const { reason } = await engine.reaches(id, 'held');
        expect(reason!.code).toBe('sameLanding');
        // A release asks again.
        const { releaseRun } = engine.engine.decisions;
        const { version } = runOf(await knex('runs').where({ id }).first());
        const by = 'user:default/pia';
        await releaseRun({ id, version, by, confirmOlder: true });
        await engine.reaches(id, 'held');
      }
      expect(await knex('effects')).toEqual([]);
      expect(await file('all')).toBe('tag: "0"');
    },
  );

  it('asks the boundary again before it writes', async () => {
    const [boundary] = testConfig.boundaries;
    const narrow = [{ ...boundary, environments: ['production'] }];
    // Asked for where it was granted; the engine by now has another configuration.
    await startWith(rule(), { boundaries: narrow });
    await redirect(rule());
    for (const { id } of await runs()) {
      expect((await engine.reaches(id, 'held')).reason).toMatchObject({
        code: 'notAllowed',
        message: expect.stringContaining('"staging"'),
      });
    }
    expect(await knex('effects')).toEqual([]);
  });

  it('stops at a target that is no longer configured', async () => {
    const { production } = testConfig.targets;
    await startWith(rule(), { targets: { production } });
    await redirect(rule());
    const [{ id }] = await runs();
    expect((await engine.reaches(id, 'held')).reason!.code).toBe(
      'unknownTarget',
    );
  });

  it('stands still when its owner may no longer land there', async () => {
    const [boundary] = testConfig.boundaries;
    await startWith(
      rule(),
      {},
      {
        ...testConfig,
        boundaries: [{ ...boundary, environments: ['production'] }],
      },
    );
    expect(await redirect(rule())).toMatchObject({
      state: 'paused',
      reason: { code: 'notAllowed' },
    });
    expect(await runs()).toEqual([]);
  });

  it('waits for the end of a freeze of where it lands', async () => {
    const { staging: target, production } = testConfig.targets;
    const freeze = [
      { from: 0, to: Date.UTC(2100, 0, 1), timeZone: 'UTC', reason: 'Audit' },
    ];
    const targets = { production, staging: { ...target, freeze } };
    const config = { ...testConfig, targets };
    // By its own text, it never lands in the frozen one.
    const sensor = rule(undefined, { target: { environment: 'production' } });
    await startWith(sensor, { targets }, config);
    await redirect(sensor);
    for (const run of await runs()) {
      expect(run).toMatchObject({
        state: 'queued',
        gated: true,
        reason: { code: 'freeze' },
      });
      await knex('runs').where({ id: run.id }).update({ due_at: 0 });
    }
    engine.nudges.send('runs');
    for (;;) {
      const due = await knex('runs').where('due_at', '<=', Date.now());
      if (due.length === 0) break;
      await new Promise(done => setTimeout(done, 20));
    }
    expect(await knex('effects')).toEqual([]);
  });

  it('redirects what a window made as well, before its first step is told', async () => {
    const sensor = rule(undefined, {
      window: { batch: { size: 2, within: '1h' } },
    });
    await startWith(sensor);
    await redirect(sensor);
    const [{ id, target }] = await runs();
    expect(target).toEqual(staging);
    const run = await engine.reaches(id, 'applied');
    expect(run.scope.redirected).toEqual({
      from: { environment: 'production' },
    });
    expect(await file('staging')).toBe('tag: "2"');
    expect(await file('production')).toBe('tag: "0"');
  });
});
