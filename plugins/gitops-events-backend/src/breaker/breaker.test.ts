import type { Action } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { z } from 'zod';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { admitRuns } from '../gate/admitRuns';
import { claimRuns } from '../store/claimRuns';
import { verifyChain } from '../store/chain';
import type { Database } from '../store/database';
import { createSensorReader } from '../store/readSensorRevision';
import { readRun } from '../store/readRun';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { readRunStories } from '../timeline/readStories';
import { closed } from './breaker';
import { goOn } from './breakerLoop';

jest.setTimeout(60_000);

type Declared = NonNullable<SensorInput['spec']['circuitBreaker']>;

function sensorWith(circuitBreaker: Declared, name = 'deploy'): SensorInput {
  return {
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name, title: 'Deploy', owner: 'group:default/platform' },
    spec: {
      dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
      circuitBreaker,
      steps: [
        {
          id: 'try',
          action: 'try',
          input: { works: '${{ event.data.works }}' },
          retry: { attempts: 1 },
        },
      ],
    },
  };
}

/** An action that works or fails as its event says, or as the world is now. */
function world() {
  const state = { down: false, ran: [] as string[] };
  const action: Action<{ works: boolean }> = {
    id: 'try',
    description: 'Works, or does not.',
    input: z.object({ works: z.boolean() }) as never,
    safety: 'look',
    run: async ({ runId }, { works }) => {
      state.ran.push(runId);
      return works && !state.down
        ? { outcome: 'done' }
        : {
            outcome: 'failed',
            reason: { code: 'down', message: 'The other side is down.' },
          };
    },
  };
  return { state, action };
}

const databases = testDatabases();

describe.each(databaseKinds)('circuit breakers on %s', kind => {
  let database: Database;
  let test: TestEngine;
  let other: ReturnType<typeof world>;

  beforeEach(async () => {
    database = await databases.open(kind);
    other = world();
    test = await startTestEngine(database, { actions: [other.action] });
  });
  afterEach(() => test.stop());

  let count = 0;
  const ask = async (
    sensor: SensorInput,
    works: boolean,
    more: object = {},
  ): Promise<string> => {
    count += 1;
    const id = `e${count}`;
    const run = await fire(database.knex, {
      id,
      sensor,
      data: { works },
      ...more,
    });
    test.nudges.send('runs');
    return run;
  };
  const until = async <T>(look: () => Promise<T | undefined | false>) => {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = await look();
      if (found) return found;
      if (Date.now() > deadline) throw new Error('It did not happen');
      await new Promise(done => setTimeout(done, 20));
    }
  };
  const breaker = async (scope = '') => {
    const row = await database.knex('breakers').where({ scope }).first();
    // One that counts nothing any more is forgotten.
    if (!row) return { ...closed, version: 0 };
    return { ...JSON.parse(row.value), version: Number(row.version) };
  };
  /** As though time had passed. */
  const expire = async () => {
    for (const row of await database.knex('breakers')) {
      const value = { ...JSON.parse(row.value), until: Date.now() - 1 };
      await database
        .knex('breakers')
        .where({ sensor: row.sensor, scope: row.scope })
        .update({ value: JSON.stringify(value), look_at: Date.now() - 1 });
    }
    test.nudges.send('breakers');
  };
  const isParked = (id: string) =>
    until(async () => {
      const run = await readRun(database.knex, id);
      return run?.topic?.startsWith('breaker ') && run;
    });

  it('opens after as many failures as allowed; runs wait, one tries, and all go on', async () => {
    const sensor = sensorWith({ failures: 2, openFor: '1h' });
    await storeSensor(database.knex, sensor);
    for (const works of [false, true, false]) {
      await test.reaches(await ask(sensor, works), 'failed', 'done');
    }
    expect(await breaker()).toMatchObject({ state: 'open', failures: 2 });

    const waiting = [];
    for (let n = 0; n < 5; n++) waiting.push(await ask(sensor, true));
    for (const id of waiting) await isParked(id);
    const [story] = (
      await readRunStories(database.knex, [await isParked(waiting[0])])
    ).values();
    expect(story.run.reason!.message).toMatch(
      /^Waits: the circuit breaker of deploy is open since \S+ \S+ UTC, tries again at \S+ \S+ UTC\.$/,
    );
    expect(story.run.startedAt).toBeUndefined();

    // It still does not work: the one that tried fails, the others wait on.
    other.state.down = true;
    await expire();
    await test.reaches(waiting[0], 'failed');
    expect(await breaker()).toMatchObject({ state: 'open' });
    expect(other.state.ran).toHaveLength(4);
    for (const id of waiting.slice(1)) await isParked(id);

    other.state.down = false;
    await expire();
    for (const id of waiting.slice(1)) await test.reaches(id, 'done');
    expect(await breaker()).toMatchObject({ state: 'closed', failures: [] });
    // Nothing was run twice.
    expect(new Set(other.state.ran).size).toBe(other.state.ran.length);
  });

  it('counts what is chosen, for each target or entity alone', async () => {
    const sensor = sensorWith({
      failures: 1,
      counts: ['failed'],
      per: 'entity',
    });
    await storeSensor(database.knex, sensor);
    const shop = { entityRef: 'component:default/shop' };
    const cart = { entityRef: 'component:default/cart' };
    await test.reaches(await ask(sensor, false, shop), 'failed');
    await isParked(await ask(sensor, true, shop));
    await test.reaches(await ask(sensor, true, cart), 'done');

    const careless = sensorWith(
      { failures: 1, counts: ['syncFailed'] },
      'careless',
    );
    await storeSensor(database.knex, careless);
    await test.reaches(await ask(careless, false), 'failed');
    const next = await test.reaches(await ask(careless, true), 'done');
    expect(next.topic).toBeUndefined();
  });

  it('holds what may not wait, or waited too long, and says why', async () => {
    const sensor = sensorWith({ failures: 1, over: 'hold' });
    await storeSensor(database.knex, sensor);
    await test.reaches(await ask(sensor, false), 'failed');
    const held = await test.reaches(await ask(sensor, true), 'held');
    expect(held.reason!.message).toMatch(
      /^Held, since the circuit breaker of Deploy opened at .* after a failure\. The last one said: The other side is down\./,
    );
    expect(held.attempt).toBe(0);

    const patient = sensorWith({ failures: 1, maxHold: '1s' }, 'patient');
    await storeSensor(database.knex, patient);
    await test.reaches(await ask(patient, false), 'failed');
    const waited = await test.reaches(await ask(patient, true), 'held');
    expect(waited.reason!.code).toBe('circuitBreaker');
    expect(
      await database.knex('timeline').where({ kind: 'held' }),
    ).toHaveLength(2);
    expect(await verifyChain(database.knex, 'runs')).not.toHaveProperty(
      'broken',
    );

    // What a person releases goes, whatever the breaker says.
    await test.engine.decisions.releaseRun({
      id: held.id,
      version: held.version,
      by: 'user:default/pia',
      confirmOlder: false,
    });
    await test.reaches(held.id, 'done');
    expect(await breaker()).toMatchObject({ state: 'open' });
  });

  it('keeps the order of a lane while it waits, and those behind wait with the first', async () => {
    const sensor = sensorWith({ failures: 1, openFor: '1h' });
    await storeSensor(database.knex, sensor);
    await test.reaches(await ask(sensor, false), 'failed');
    const runs: string[] = [];
    for (let n = 0; n < 6; n++) {
      runs.push(await ask(sensor, true, { lane: 'l'.repeat(32) }));
    }
    await isParked(runs[0]);
    other.state.ran.length = 0;
    await expire();
    for (const id of runs) await test.reaches(id, 'done');
    expect(other.state.ran).toEqual(runs);
  });

  it('holds back nobody in a lane whose own entity is well', async () => {
    const sensor = sensorWith({ failures: 1, openFor: '1h', per: 'entity' });
    await storeSensor(database.knex, sensor);
    const [shop, cart] = ['shop', 'cart'].map(name => ({
      entityRef: `component:default/${name}`,
    }));
    await test.reaches(await ask(sensor, false, shop), 'failed');
    const lane = 'l'.repeat(32);
    await test.engine.stop();
    const first = await ask(sensor, true, { ...shop, lane });
    const second = await ask(sensor, true, { ...cart, lane });
    const third = await ask(sensor, true, { ...shop, lane });
    test.engine.start();
    const { version } = await isParked(first);
    await isParked(third);
    await test.engine.decisions.cancelRun({
      id: first,
      version,
      by: 'user:default/pia',
    });
    await test.reaches(second, 'done');
    expect((await isParked(third)).reason!.message).toContain('for component');
  });

  it('gives the place of a probe that a person ended to the next', async () => {
    const sensor = sensorWith({ failures: 1, openFor: '1h' });
    await storeSensor(database.knex, sensor);
    await test.reaches(await ask(sensor, false), 'failed');
    await test.engine.stop();
    const first = await ask(sensor, true);
    const second = await ask(sensor, true);
    await expire();
    const options = {
      knex: database.knex,
      readSensor: createSensorReader(database.knex),
      targets: {},
      tellTarget: async () => undefined,
    };
    const claim = {
      replica: 'a',
      wanted: [{ sensor: 'deploy', take: 10 }],
      claimMs: 60_000,
    };
    const [probe, ...more] = await admitRuns(
      options,
      await claimRuns(database.knex, claim),
    );
    expect([probe.id, more]).toEqual([first, []]);
    await database
      .knex('runs')
      .where({ id: first })
      .update({ state: 'queued', claimed_by: null });
    await test.engine.decisions.cancelRun({
      id: first,
      version: probe.version,
      by: 'user:default/pia',
    });
    expect(await breaker()).toMatchObject({ state: 'halfOpen' });
    expect(await breaker()).not.toHaveProperty('probe');
    test.engine.start();
    await test.reaches(second, 'done');
    expect(await breaker()).toMatchObject({ state: 'closed' });
  });

  it('is closed by a person, who saw it as it is', async () => {
    const sensor = sensorWith({ failures: 1, openFor: '1h' });
    await storeSensor(database.knex, sensor);
    await database.knex('sensors').insert({
      name: 'deploy',
      version: 1,
      revision: 1,
      present: true,
      paused: false,
      title: 'Deploy',
      owner: 'group:default/platform',
      location: 'sensors/deploy.yaml',
      problems: '[]',
      updated_at: 0,
    });
    await test.reaches(await ask(sensor, false), 'failed');
    const waits = await ask(sensor, true);
    await isParked(waits);
    const { version } = await breaker();
    const reset = (seen: number) =>
      test.engine.decisions.resetBreaker({
        name: 'deploy',
        version: seen,
        by: 'user:default/pia',
      });
    await expect(reset(version - 1)).rejects.toThrow(/moved meanwhile/);
    await isParked(waits);
    await reset(version);
    await test.reaches(waits, 'done');
    const [{ records }] = await database
      .knex('chain')
      .where({ stream: 'people' });
    expect(JSON.parse(records)).toEqual([
      {
        what: 'person',
        sensor: 'deploy',
        outcome: 'breakerReset',
        by: 'user:default/pia',
      },
    ]);
  });

  it('lets exactly one run try, however many ask at once', async () => {
    const sensor = sensorWith({ failures: 1, openFor: '1h' });
    await storeSensor(database.knex, sensor);
    await test.reaches(await ask(sensor, false), 'failed');
    await test.engine.stop();
    for (let n = 0; n < 40; n++) await ask(sensor, true);
    await expire();
    const replicas =
      kind === 'sqlite'
        ? [database.knex, database.knex]
        : [database.knex, databases.again(database)];
    const admit = async (knex: typeof database.knex, replica: string) =>
      admitRuns(
        {
          knex,
          readSensor: createSensorReader(knex),
          targets: {},
          tellTarget: async () => undefined,
        },
        await claimRuns(knex, {
          replica,
          wanted: [{ sensor: 'deploy', take: 10 }],
          claimMs: 60_000,
        }),
      );
    const passed = await Promise.all(
      [0, 1, 2, 3].map(n => admit(replicas[n % 2], `replica ${n}`)),
    );
    expect(passed.flat()).toHaveLength(1);
    await database.knex.transaction(tx =>
      goOn(tx, { sensor: 'deploy', scope: '' }, Date.now()),
    );
    expect(await admit(database.knex, 'late')).toEqual([]);
    expect(
      await database.knex('runs').where('topic', 'like', 'breaker %'),
    ).toHaveLength(39);
  });
});
