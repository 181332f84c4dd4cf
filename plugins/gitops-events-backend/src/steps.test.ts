import type {
  Action,
  ActionContext,
  ActionOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { z } from 'zod';
import { fire, storeSensor } from './__testUtils__/fire';
import { startTestEngine, type TestEngine } from './__testUtils__/testEngine';
import { git } from './git/__testUtils__/gitCommand';
import { claimRuns } from './store/claimRuns';
import type { Database } from './store/database';
import { readRun } from './store/readRun';
import { databaseKinds, testDatabases } from './store/testDatabases';

jest.setTimeout(60_000);

type Spec = SensorInput['spec'];

const reason = { code: 'no', message: 'The world said no.' };
const waits: ActionOutcome = {
  outcome: 'waiting',
  reason: { code: 'elsewhere', message: 'Waits for elsewhere.' },
  topic: 'elsewhere',
  atMostMs: 600_000,
};

/** An action that does what it is told by step, and remembers with what it was called. */
function puppet() {
  const calls: Array<{ step: string; input: any; context: ActionContext }> = [];
  const told: Record<string, () => ActionOutcome> = {};
  const action: Action<any> = {
    id: 'puppet',
    description: 'Does what the test says.',
    input: z.record(z.string(), z.unknown()),
    safety: 'look',
    async run(context, input) {
      calls.push({ step: context.stepId, input, context });
      return told[context.stepId]?.() ?? { outcome: 'done' };
    },
  };
  return { calls, told, action };
}

describe.each(databaseKinds)('steps on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let test: TestEngine;
  let doll: ReturnType<typeof puppet>;

  beforeEach(async () => {
    database = await databases.open(kind);
    doll = puppet();
  });
  afterEach(() => test?.stop());

  const begin = async (steps: Spec['steps'], more: Partial<Spec> = {}) => {
    const sensor: SensorInput = {
      apiVersion: 'gitops-events.io/v1alpha1',
      kind: 'Sensor',
      metadata: { name: 'steps', owner: 'group:default/platform' },
      spec: {
        mode: 'auto',
        dependencies: [{ name: 'asked', type: 'test.event' }],
        steps,
        ...more,
      },
    };
    await storeSensor(database.knex, sensor);
    return sensor;
  };
  const start = async () => {
    test = await startTestEngine(database, {
      actions: [doll.action],
      seed: { 'apps/shop.yaml': 'tag: "1"\n' },
    });
  };
  const ask = (sensor: SensorInput, data: object = {}, more: object = {}) =>
    fire(database.knex, { id: '1', sensor, data, ...more });
  const lines = async () =>
    (await database.knex('timeline').orderBy('seq')).map(
      ({ kind: is, data }) => ({
        kind: is,
        ...JSON.parse(data),
      }),
    );
  const step = (id: string, more: object = {}) => ({
    id,
    action: 'puppet',
    ...more,
  });
  const until = async (happened: () => Promise<boolean>) => {
    const deadline = Date.now() + 10_000;
    while (!(await happened())) {
      if (Date.now() > deadline) throw new Error('It did not happen');
      await new Promise(done => setTimeout(done, 20));
    }
  };
  const called = () => doll.calls.map(call => call.step);

  describe('if', () => {
    it('skips a step where it is false, and tells the value it saw', async () => {
      const sensor = await begin([
        step('first'),
        step('page', { if: 'event.data.severity == "critical"' }),
        step('last', {
          input: { paged: '${{ has(steps.page.outputs.id) }}' },
        }),
      ]);
      doll.told.page = () => ({ outcome: 'done', output: { id: 'p1' } });
      const id = await ask(sensor, { severity: 'warning' });
      await start();
      const run = await test.reaches(id, 'done');

      expect(called()).toEqual(['first', 'last']);
      expect(run.steps[1]).toMatchObject({ state: 'skipped' });
      expect(doll.calls[1].input).toEqual({ paged: false });
      expect(await lines()).toEqual([
        expect.objectContaining({
          kind: 'stepSkipped',
          step: 'page',
          reason: expect.objectContaining({
            message:
              '`event.data.severity == "critical"` is false: `event.data.severity` was "warning".',
          }),
        }),
      ]);
    });

    it('sees the outputs of earlier steps', async () => {
      const sensor = await begin([
        step('count'),
        step('many', { if: 'steps.count.outputs.n > 5' }),
        step('few', { if: 'steps.count.outputs.n <= 5' }),
      ]);
      doll.told.count = () => ({ outcome: 'done', output: { n: 7 } });
      const id = await ask(sensor);
      await start();
      await test.reaches(id, 'done');
      expect(called()).toEqual(['count', 'many']);
    });

    it.each([
      ['event.data.severity == "x"', 'event.data.severity'],
      ['event.data.n', 'neither true nor false'],
    ])('holds the run where `%s` cannot be told', async (text, message) => {
      const sensor = await begin([step('page', { if: text })], {
        onFailure: [step('tell')],
      });
      const id = await ask(sensor, { n: 1 });
      await start();
      const held = await test.reaches(id, 'held');
      expect(held.reason?.message).toContain(message);
      expect(called()).toEqual([]);
    });

    it('ends done when all steps are skipped, and runs nothing of what does not know mode observe', async () => {
      const sensor = await begin([step('a', { if: 'false' }), step('b')]);
      const id = await ask(sensor, {}, { mode: 'observe' });
      await start();
      const run = await test.reaches(id, 'done');
      expect(run.steps.map(({ state }) => state)).toEqual([
        'skipped',
        'skipped',
      ]);
      expect(called()).toEqual([]);
    });
  });

  describe('timeout', () => {
    const age = (ms: number) =>
      database.knex('runs').update({
        step_started_at: database.knex.raw('step_started_at - ?', [ms]),
        due_at: 0,
      });

    it('fails a step that waits longer, by itself', async () => {
      doll.told.wait = () => waits;
      const sensor = await begin([step('wait', { timeout: '300ms' })]);
      const id = await ask(sensor);
      await start();
      const run = await test.reaches(id, 'failed');
      expect(run.reason).toMatchObject({
        code: 'timeout',
        message: expect.stringContaining('Waits for elsewhere.'),
      });
    });

    it('counts from the first start, across a restart and a takeover', async () => {
      doll.told.wait = () => waits;
      const sensor = await begin([
        step('first'),
        step('wait', { timeout: '1h' }),
      ]);
      const id = await ask(sensor);
      await start();
      const before = await test.reaches(id, 'waiting');
      await test.stop();
      await age(3_600_000);
      // Taken over by one that is killed in the middle of it.
      await claimRuns(database.knex, {
        replica: 'x',
        claimMs: 0,
        wanted: [{ sensor: sensor.metadata.name, take: 1 }],
      });
      await start();
      const run = await test.reaches(id, 'failed');
      expect(run.reason?.code).toBe('timeout');
      expect(run.stepStartedAt).toBe(before.stepStartedAt! - 3_600_000);
    });

    it('believes a step that is asked too late and says it is done', async () => {
      doll.told.wait = () => waits;
      const sensor = await begin([step('wait', { timeout: '1h' })]);
      const id = await ask(sensor);
      await start();
      await test.reaches(id, 'waiting');
      await test.stop();
      await age(7_200_000);
      doll.told.wait = () => ({ outcome: 'done' });
      await start();
      await test.reaches(id, 'done');
    });

    it('does not try again after it, however late it wakes', async () => {
      doll.told.call = () => ({ outcome: 'retry', reason, afterMs: 60_000 });
      const sensor = await begin([step('call', { timeout: '1h' })]);
      const id = await ask(sensor);
      await start();
      await until(async () => {
        const { steps } = (await readRun(database.knex, id))!;
        return steps[0].attempts === 1;
      });
      await test.stop();
      await age(7_200_000);
      await start();
      const run = await test.reaches(id, 'failed');
      expect(run.reason?.code).toBe('timeout');
      expect(called()).toEqual(['call']);
    });

    it('begins anew when a person releases the step', async () => {
      let held = true;
      doll.told.slow = () => (held ? { outcome: 'held', reason } : waits);
      const sensor = await begin([step('slow', { timeout: '1h' })]);
      const id = await ask(sensor);
      await start();
      const { version } = await test.reaches(id, 'held');
      await age(7_200_000);
      held = false;
      await test.engine.decisions.releaseRun({
        confirmOlder: false,
        id,
        version,
        by: 'user:default/pia',
      });
      const run = await test.reaches(id, 'waiting', 'failed');
      expect(run.state).toBe('waiting');
    });

    it("is each step's own", async () => {
      let done = false;
      doll.told.slow = () => (done ? { outcome: 'done' } : waits);
      doll.told.next = () => waits;
      const sensor = await begin([
        step('slow'),
        step('next', { timeout: '1h' }),
      ]);
      const id = await ask(sensor);
      await start();
      await test.reaches(id, 'waiting');
      done = true;
      await age(7_200_000);
      await until(async () => called().includes('next'));
      const run = await test.reaches(id, 'waiting', 'failed');
      expect(run.state).toBe('waiting');
    });
  });

  describe('onFailure', () => {
    it('is taken when the run fails, reads why, and the run ends failed', async () => {
      doll.told.act = () => ({ outcome: 'failed', reason });
      const sensor = await begin([step('act'), step('never')], {
        onFailure: [
          step('undo', {
            input: {
              why: '${{ run.failure.step + ": " + run.failure.reason.message }}',
            },
          }),
          step('tell', { if: 'has(steps.never.outputs.x)' }),
        ],
      });
      const id = await ask(sensor);
      await start();
      const run = await test.reaches(id, 'failed');

      expect(called()).toEqual(['act', 'undo']);
      expect(doll.calls[1].input).toEqual({ why: 'act: The world said no.' });
      expect(run.reason).toEqual(reason);
      expect(run.steps.map(({ id: name, state }) => [name, state])).toEqual([
        ['act', 'failed'],
        ['never', 'pending'],
        ['undo', 'done'],
        ['tell', 'skipped'],
      ]);
      expect((await lines()).map(line => line.kind)).toEqual([
        'stepFailed',
        'stepSkipped',
      ]);
      const ids = doll.calls.map(({ context }) => context.effectId);
      expect(new Set(ids).size).toBe(2);
    });

    it('that fails itself ends the run with both reasons', async () => {
      doll.told.act = () => ({ outcome: 'failed', reason });
      doll.told.undo = () => ({
        outcome: 'failed',
        reason: { code: 'worse', message: 'It cannot be undone.' },
      });
      const sensor = await begin([step('act')], {
        onFailure: [step('undo'), step('tell')],
      });
      const id = await ask(sensor);
      await start();
      const run = await test.reaches(id, 'failed');
      expect(called()).toEqual(['act', 'undo']);
      expect(run.reason).toMatchObject({
        code: 'no',
        message: expect.stringMatching(
          /The world said no\..*undo: It cannot be undone\./,
        ),
        detail: {
          failure: { step: 'act', reason },
          onFailure: { step: 'undo', reason: { code: 'worse' } },
        },
      });
    });

    it.each(['superseded', 'discarded', 'cancelled'] as const)(
      'is not taken when the run ends %s',
      async end => {
        doll.told.act = () => ({ outcome: end, reason });
        const sensor = await begin([step('act')], {
          onFailure: [step('undo')],
        });
        const id = await ask(sensor);
        await start();
        await test.reaches(id, end);
        expect(called()).toEqual(['act']);
      },
    );

    it('waits for a person where it is held, goes on after the release, and ends failed', async () => {
      let bad = true;
      doll.told.act = () => ({ outcome: 'failed', reason });
      doll.told.undo = () =>
        bad
          ? { outcome: 'held', reason: { code: 'policy', message: 'Denied.' } }
          : { outcome: 'done' };
      const sensor = await begin([step('act')], { onFailure: [step('undo')] });
      const id = await ask(sensor);
      await start();
      const held = await test.reaches(id, 'held');
      expect(held.reason?.message).toBe('Denied.');
      bad = false;
      await test.engine.decisions.releaseRun({
        confirmOlder: false,
        id,
        version: held.version,
        by: 'user:default/pia',
      });
      expect((await test.reaches(id, 'failed')).reason).toEqual(reason);
    });

    it('goes on where it was when the replica is lost in the middle of it', async () => {
      doll.told.act = () => ({ outcome: 'failed', reason });
      doll.told.undo = () => waits;
      const sensor = await begin([step('act')], {
        onFailure: [step('undo'), step('tell')],
      });
      const id = await ask(sensor);
      await start();
      await test.reaches(id, 'waiting');
      await test.stop();
      await database.knex('runs').update({ due_at: 0 });
      await claimRuns(database.knex, {
        replica: 'x',
        claimMs: 0,
        wanted: [{ sensor: sensor.metadata.name, take: 1 }],
      });
      doll.told.undo = () => ({ outcome: 'done' });
      await start();
      expect((await test.reaches(id, 'failed')).reason).toEqual(reason);
      expect(called()).toEqual(['act', 'undo', 'undo', 'tell']);
    });

    it('puts the old value back with a commit of its own', async () => {
      const change = (tag: string) => ({
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          key: 'shop',
          merge: { approvals: 0 },
          edits: [{ kind: 'yaml', file: 'apps/shop.yaml', set: { tag } }],
        },
      });
      doll.told.check = () => ({ outcome: 'failed', reason });
      const sensor = await begin(
        [{ id: 'bump', ...change('2') }, step('check')],
        {
          onFailure: [
            {
              id: 'back',
              if: 'has(steps.bump.outputs.commit)',
              ...change('1'),
            },
          ],
        },
      );
      const id = await ask(sensor);
      await start();
      const run = await test.reaches(id, 'failed');
      expect(run.reason).toEqual(reason);
      expect(run.steps.map(({ state }) => state)).toEqual([
        'done',
        'failed',
        'done',
      ]);
      expect(await git(test.bare, 'show', 'main:apps/shop.yaml')).toBe(
        'tag: "1"',
      );
      expect(await git(test.bare, 'rev-list', '--count', 'main')).toBe('4');
      expect(
        new Set(await database.knex('effects').pluck('effect_id')).size,
      ).toBe(2);
    });
  });
});
