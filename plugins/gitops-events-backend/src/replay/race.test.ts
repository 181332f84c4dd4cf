import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { fire } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import { eventUid } from '../pipeline/accept';
import { activate, testSensor } from '../pipeline/testSensor';
import { NewerValueError } from '../quarantine/newerValue';
import type { Database } from '../store/database';
import { runOf, type Run } from '../store/runRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { replica } from './__testUtils__/past';

jest.setTimeout(120_000);

const databases = testDatabases();
const start = Date.UTC(2026, 0, 5, 10);
const later = Date.UTC(2100, 0, 1);
const by = 'user:default/pia';
const rule = testSensor('promote', {
  dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
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

/** A run of a newer event that is late, beside a replay of an older one. */
describe.each(databaseKinds)('two values of a change key on %s', kind => {
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
  });
  afterEach(async () => {
    await one.stop();
    await engine.stop();
  });

  /** A live run of the event with this tag, accepted that many seconds in; it begins once `goes`. */
  const late = (tag: string) =>
    knex.transaction(async tx => {
      const sensor = rule as SensorInput;
      const id = await fire(tx, { id: tag, sensor, data: { tag } });
      await tx('events')
        .where({ uid: eventUid('/test', tag) })
        .update({ accepted_at: start + Number(tag) * 1_000 });
      await tx('runs').where({ id }).update({ due_at: later });
      return id;
    });
  const goes = async (id: string) => {
    await knex('runs').where({ id }).update({ due_at: 0 });
    engine.nudges.send('runs');
  };
  const replayed = async (tag: string): Promise<Run> => {
    const id = await one.create(rule, {
      rule: { name: 'promote', revision: 1, definition: rule },
      mode: 'real',
      perSecond: 100,
      events: { uids: [eventUid('/test', tag)] },
    });
    await one.finish(id);
    engine.nudges.send('runs');
    return runOf(await knex('runs').orderBy('seq', 'desc').first());
  };
  const file = () => git(engine.bare, 'show', 'main:apps/shop.yaml');
  const asksToJoin = async (run: string) => {
    for (;;) {
      const effect = await knex('effects').where({ run_id: run }).first();
      if (effect?.state === 'pending') return;
      await new Promise(done => setTimeout(done, 20));
    }
  };
  it('lets a late run of a newer event write over what a replay wrote', async () => {
    await goes(await late('1'));
    const newer = await late('2');
    const { id } = await replayed('1');
    await engine.reaches(id, 'applied', 'alreadySo');

    await goes(newer);
    await engine.reaches(newer, 'applied');
    expect(await file()).toBe('tag: "2"');
  });

  describe('that ask at the same time', () => {
    let release: () => Promise<void>;

    beforeEach(async () => {
      const first = await late('1');
      await goes(first);
      await engine.reaches(first, 'applied');
      const { id } = await knex('changes').first();
      await knex('changes')
        .where({ id })
        .update({ state: 'proposed', due_at: later });
      release = async () => {
        await knex('changes').where({ id }).update({ state: 'ended' });
        engine.nudges.send('effects');
      };
    });

    it('writes the newer one and asks a person about the replay', async () => {
      const newer = await late('2');
      const { id } = await replayed('1');
      await asksToJoin(id);
      await goes(newer);
      await asksToJoin(newer);
      await release();

      await engine.reaches(newer, 'applied');
      const held = await engine.reaches(id, 'held');
      expect(held.reason!.code).toBe('olderValue');
      expect(await file()).toBe('tag: "2"');

      const { releaseRun } = engine.engine.decisions;
      const decision = { id, version: held.version, by, confirmOlder: false };
      const refused = await releaseRun(decision).catch(error => error);
      expect(refused).toBeInstanceOf(NewerValueError);
      expect(refused.newer.values).toEqual([
        { name: 'tag in apps/shop.yaml', older: '1', newer: '2' },
      ]);
      await releaseRun({ ...decision, confirmOlder: true });
      await engine.reaches(id, 'applied');
      expect(await file()).toBe('tag: "1"');
    });

    it('asks again where a value came that the person has not seen', async () => {
      const [second, third] = [await late('2'), await late('3')];
      const { id } = await replayed('1');
      await asksToJoin(id);
      await goes(second);
      await asksToJoin(second);
      await release();
      const held = await engine.reaches(id, 'held');
      await engine.reaches(second, 'applied');

      await knex('changes').update({ state: 'proposed', due_at: later });
      const { releaseRun } = engine.engine.decisions;
      await releaseRun({ id, version: held.version, by, confirmOlder: true });
      await asksToJoin(id);
      await goes(third);
      await asksToJoin(third);
      await knex('changes').update({ state: 'ended' });
      await release();

      await engine.reaches(third, 'applied');
      await engine.reaches(id, 'held');
      expect(await file()).toBe('tag: "3"');
    });
  });
});
