import type { Action } from '@gitops-events/plugin-gitops-events-node';
import {
  nextActive,
  sensorSchema,
  type SensorInput,
} from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { z } from 'zod';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine } from '../__testUtils__/testEngine';
import type { GitopsEventsConfig } from '../config';
import { admitRuns } from '../gate/admitRuns';
import { claimRuns } from '../store/claimRuns';
import type { Database } from '../store/database';
import { createSensorReader } from '../store/readSensorRevision';
import { readRun } from '../store/readRun';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(60_000);

function sensorWith(spec: Partial<SensorInput['spec']>): SensorInput {
  return {
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name: 'deploy', owner: 'group:default/platform' },
    spec: {
      dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
      steps: [{ id: 'write', action: 'write' }],
      ...spec,
    },
  };
}

/** Not today, nor tomorrow. */
function otherDays() {
  const today = (new Date().getUTCDay() + 6) % 7;
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  return [days[(today + 3) % 7]];
}

const databases = testDatabases();

describe.each(databaseKinds)('active hours and freezes on %s', kind => {
  let database: Database;
  const began: Array<{ run: string; at: number }> = [];
  const actions: Action[] = [
    {
      id: 'write',
      description: 'Notes who began, and when.',
      input: z.object({}) as never,
      safety: 'look',
      run: async ({ runId }) => {
        began.push({ run: runId, at: Date.now() });
        return { outcome: 'done' };
      },
    },
  ];

  beforeEach(async () => {
    began.length = 0;
    database = await databases.open(kind);
  });

  const claim = () =>
    claimRuns(database.knex, {
      replica: 'a',
      wanted: [{ sensor: 'deploy', take: 10 }],
      claimMs: 60_000,
    });
  const admit = async (
    now: number,
    targets: GitopsEventsConfig['targets'] = {},
  ) =>
    admitRuns(
      {
        knex: database.knex,
        readSensor: createSensorReader(database.knex),
        targets,
        tellTarget: async () => undefined,
      },
      await claim(),
      now,
    );
  /** As though time had passed. */
  const wake = () => database.knex('runs').update({ due_at: 0 });

  const parked = async (id: string) => {
    const deadline = Date.now() + 3_000;
    for (;;) {
      const run = (await readRun(database.knex, id))!;
      if (run.topic?.startsWith('schedule ')) return run;
      if (Date.now() > deadline) throw new Error(JSON.stringify(run));
      await new Promise(done => setTimeout(done, 20));
    }
  };

  it('lets runs wait in their lane for the end of a freeze, across a restart', async () => {
    const until = Date.now() + 4_000;
    const targets: GitopsEventsConfig['targets'] = {
      production: {
        class: 'production',
        mode: 'auto',
        freeze: [{ from: 0, to: until, timeZone: 'UTC', reason: 'inventory' }],
      },
    };
    const sensor = sensorWith({ target: { environment: 'production' } });
    await storeSensor(database.knex, sensor);
    const lane = 'l'.repeat(32);
    const runs: string[] = [];
    for (const id of ['1', '2', '3']) {
      runs.push(await fire(database.knex, { id, sensor, lane, targets }));
    }
    const free = await fire(database.knex, {
      id: 'free',
      sensor: { ...sensor },
      environment: 'staging',
      targets,
    });

    const first = await startTestEngine(database, { actions, targets });
    await first.reaches(free, 'done');
    const waits = await parked(runs[0]);
    expect(waits.reason).toMatchObject({
      code: 'freeze',
      message: expect.stringMatching(
        /^Waits until .* UTC: frozen, inventory\.$/,
      ),
    });
    expect(waits).toMatchObject({ state: 'queued', attempt: 0 });
    expect(waits.startedAt).toBeUndefined();
    await parked(runs[2]);
    await first.stop();

    const second = await startTestEngine(database, { actions, targets });
    for (const id of runs) await second.reaches(id, 'done');
    await second.stop();
    expect(began.map(({ run }) => run)).toEqual([free, ...runs]);
    for (const { at } of began.slice(1)) {
      expect(at).toBeGreaterThanOrEqual(until);
    }
  });

  const frozenFrom = (from: number): GitopsEventsConfig['targets'] => ({
    production: {
      class: 'production',
      mode: 'auto',
      freeze: [
        {
          from,
          to: Date.parse('2099-12-31'),
          timeZone: 'UTC',
          reason: 'inventory',
        },
      ],
    },
  });

  it('goes on where the freeze was lifted while a replica parked it still, or none was there', async () => {
    const targets = frozenFrom(0);
    const sensor = sensorWith({ target: { environment: 'production' } });
    await storeSensor(database.knex, sensor);
    const id = await fire(database.knex, { id: '1', sensor, targets });
    expect(await admit(Date.now(), targets)).toEqual([]);
    await parked(id);

    const test = await startTestEngine(database, { actions });
    await test.reaches(id, 'done');
    await test.stop();
  });

  it('asks again what waits for hours that a freeze put off', async () => {
    const now = Date.now();
    const targets = frozenFrom(now + 60_000);
    const sensor = sensorWith({
      target: { environment: 'production' },
      schedule: { active: [{ days: otherDays() }] },
    });
    await storeSensor(database.knex, sensor);
    const id = await fire(database.knex, { id: '1', sensor, targets });
    await admit(now, targets);
    const { reason, dueAt } = await parked(id);
    expect(reason).toMatchObject({ code: 'outsideHours' });
    expect(dueAt).toBeGreaterThan(Date.parse('2099-01-01'));

    const test = await startTestEngine(database, { actions });
    const until = nextActive(sensorSchema.parse(sensor).spec.schedule!, now);
    await waitForExpect(async () => {
      expect(await readRun(database.knex, id)).toMatchObject({
        state: 'queued',
        dueAt: until,
      });
    }, 20_000);
    await test.stop();
  });

  it('goes on when the hours begin, and not a moment before', async () => {
    const sensor = sensorWith({
      schedule: {
        timeZone: 'Pacific/Auckland',
        active: [{ days: otherDays(), from: '06:30', to: '07:00' }],
      },
    });
    await storeSensor(database.knex, sensor);
    const id = await fire(database.knex, { id: '1', sensor });
    const now = Date.now();
    const until = nextActive(sensorSchema.parse(sensor).spec.schedule!, now);
    expect(await admit(now)).toEqual([]);
    expect(await readRun(database.knex, id)).toMatchObject({
      state: 'queued',
      dueAt: until,
    });
    expect(await claim()).toEqual([]);
    await wake();
    expect(await admit(until - 1)).toEqual([]);
    await wake();
    expect(await admit(until)).toMatchObject([{ id, attempt: 1 }]);
    // What has begun goes on, whatever the hour.
    await database.knex('runs').update({ due_at: 0, state: 'queued' });
    expect(await claim()).toMatchObject([{ id, gated: false }]);
  });

  it('holds what would begin outside, and a release passes', async () => {
    const sensor = sensorWith({
      schedule: { active: [{ days: otherDays() }], outside: 'hold' },
    });
    await storeSensor(database.knex, sensor);
    const id = await fire(database.knex, { id: '1', sensor });
    const test = await startTestEngine(database, { actions });
    const held = await test.reaches(id, 'held');
    expect(held.reason!.code).toBe('outsideHours');
    expect(began).toEqual([]);
    expect(
      await database.knex('timeline').where({ kind: 'held', run_id: id }),
    ).toHaveLength(1);
    await test.engine.decisions.releaseRun({
      id,
      version: held.version,
      by: 'user:default/pia',
      confirmOlder: false,
    });
    await test.reaches(id, 'done');
    await test.stop();
  });

  it('takes no place and no breaker while it waits', async () => {
    const sensor = sensorWith({
      schedule: { active: [{ days: otherDays() }] },
      concurrency: {},
      circuitBreaker: { failures: 1 },
    });
    await storeSensor(database.knex, sensor);
    await database.knex('breakers').insert({
      sensor: 'deploy',
      scope: '',
      state: 'open',
      value: JSON.stringify({
        state: 'open',
        openedAt: 0,
        until: Date.now() - 1,
        failures: 1,
      }),
      version: 1,
    });
    await fire(database.knex, { id: '1', sensor });
    expect(await admit(Date.now())).toEqual([]);
    expect(await database.knex('breakers').first()).toMatchObject({
      state: 'open',
    });
    expect(await database.knex('runs').whereNotNull('slot')).toEqual([]);
  });
});
