import type { Knex } from 'knex';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { breakerOf } from '../breaker/breakerOf';
import { slotOf } from '../concurrency/slotOf';
import { git } from '../git/__testUtils__/gitCommand';
import { eventUid } from '../pipeline/accept';
import { activate, testSensor } from '../pipeline/testSensor';
import { NewerValueError } from '../quarantine/newerValue';
import { verifyChain } from '../store/chain';
import { runOf, type Run } from '../store/runRow';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { read, replica, store } from './__testUtils__/past';
import { findingOf } from './findings';

jest.setTimeout(120_000);

const databases = testDatabases();
const start = Date.UTC(2026, 0, 5, 10);
const uid = (id: string) => eventUid('/test', id);
const rule = testSensor('promote', {
  dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
  dedupe: { key: 'event.data.tag' },
  rateLimit: { max: 10, per: '1m' },
  circuitBreaker: { failures: 1 },
  concurrency: { key: 'event.type', max: 1 },
  steps: [
    {
      id: 'bump',
      action: 'git:change',
      input: {
        repo: 'local:deployments',
        edits: [
          {
            kind: 'yaml',
            file: 'apps/shop.yaml',
            set: { tag: '${{ event.data.tag }}' },
          },
        ],
      },
    },
  ],
});

describe.each(databaseKinds)('a replay for real on %s', kind => {
  let database: Database;
  let knex: Knex;
  let engine: TestEngine;
  let one: ReturnType<typeof replica>;

  beforeEach(async () => {
    database = await databases.open(kind);
    ({ knex } = database);
    engine = await startTestEngine(database, {
      seed: { 'apps/shop.yaml': 'tag: "0"\n' },
    });
    one = replica(knex, [engine.host]);
    await activate(knex, [rule]);
    await store(
      knex,
      ['1', '2', '3'].map((tag, place) => ({
        id: tag,
        at: start + place * 1_000,
        data: { tag },
        subject: 'shop',
      })),
    );
  });
  afterEach(async () => {
    await one.stop();
    await engine.stop();
  });

  const replay = async (uids?: string[]) => {
    const id = await one.create(rule, {
      rule: { name: 'promote', revision: 1, definition: rule },
      mode: 'real',
      perSecond: 100,
      ...(uids && { events: { uids } }),
    });
    return one.finish(id);
  };
  const runs = async (): Promise<Run[]> =>
    (await knex('runs').orderBy('seq')).map(runOf);
  const file = () => git(engine.bare, 'show', 'main:apps/shop.yaml');

  it('runs in the order of the events, on lanes of its own, and moves nothing that is live', async () => {
    const done = await replay();

    expect(done).toMatchObject({ state: 'done', counts: { fired: 3 } });
    const made = await runs();
    expect(made).toHaveLength(3);
    for (const { id } of made)
      await engine.reaches(id, 'applied', 'superseded');
    expect(await file()).toBe('tag: "3"');
    expect(made.map(({ generation }) => generation)).toEqual([
      done.seq,
      done.seq,
      done.seq,
    ]);
    for (const table of ['sensor_state', 'timers', 'breakers', 'decisions']) {
      expect(await knex(table)).toEqual([]);
    }
    const findings = (await knex('replay_findings')).map(findingOf);
    expect(findings.map(({ now }) => now.runId)).toEqual(
      made.map(({ id }) => id),
    );
    expect(await verifyChain(knex, 'replays')).toMatchObject({ rows: 1 });

    const again = await replay();
    const more = (await runs()).slice(3);
    expect(more).toHaveLength(3);
    expect(again.seq).not.toBe(done.seq);
    expect(new Set(more.map(({ lane }) => lane))).not.toEqual(
      new Set(made.map(({ lane }) => lane)),
    );
  });

  it('asks a person before an older value takes the place of a newer one', async () => {
    await replay();
    for (const { id } of await runs()) {
      await engine.reaches(id, 'applied', 'superseded');
    }

    await replay([uid('1')]);
    const { id } = (await runs())[3];
    const held = await engine.reaches(id, 'held');
    expect(held.reason!.code).toBe('olderValue');
    expect(await file()).toBe('tag: "3"');

    const { releaseRun } = engine.engine.decisions;
    const { version } = held;
    const by = 'user:default/pia';
    const unconfirmed = { id, version, by, confirmOlder: false };
    const refused = await releaseRun(unconfirmed).catch(error => error);
    expect(refused).toBeInstanceOf(NewerValueError);
    expect(refused.newer.values).toEqual([
      { name: 'tag in apps/shop.yaml', older: '1', newer: '3' },
    ]);

    await releaseRun({ ...unconfirmed, confirmOlder: true });
    await engine.reaches(id, 'applied');
    expect(await file()).toBe('tag: "1"');
  });

  it('stands still when its sensor is paused or has changed meanwhile', async () => {
    await knex('sensors').update({ paused: true });
    const halted = await replay();
    expect(halted).toMatchObject({
      state: 'paused',
      reason: { code: 'sensorChanged' },
    });
    expect(await runs()).toEqual([]);

    await knex('sensors').update({ paused: false });
    await one.decisions.resumeReplay({ id: halted.id, by: 'user:default/pia' });
    await one.finish(halted.id);
    expect(await runs()).toHaveLength(3);
    expect(await read(knex, halted.id)).toMatchObject({ state: 'done' });
  });

  it('keeps away from the places and the breaker of what is live', async () => {
    await replay([uid('1')]);
    const [run] = await runs();
    const live = { ...run, generation: 0 };
    expect(breakerOf(run, rule)).toBeUndefined();
    expect(breakerOf(live, rule)).toBeDefined();
    expect(slotOf(run, rule)!.slot).not.toBe(slotOf(live, rule)!.slot);
  });
});
