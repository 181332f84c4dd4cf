import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Action,
  ActionOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { z } from 'zod';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { admitRuns } from '../gate/admitRuns';
import { claimRuns } from '../store/claimRuns';
import type { Database } from '../store/database';
import { createSensorReader } from '../store/readSensorRevision';
import { readRun } from '../store/readRun';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(60_000);

function sensorWith(
  concurrency: NonNullable<SensorInput['spec']['concurrency']>,
  steps = ['write', 'last'],
): SensorInput {
  return {
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name: 'deploy', owner: 'group:default/platform' },
    spec: {
      dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
      concurrency,
      steps: steps.map(action => ({ id: action, action })),
    },
  };
}

const waiting: ActionOutcome = {
  outcome: 'waiting',
  reason: { code: 'change', message: 'Its change is on its way.' },
  topic: 'news',
  atMostMs: 60_000,
};

const databases = testDatabases();

describe.each(databaseKinds)('runs of one key at a time on %s', kind => {
  let database: Database;
  let test: TestEngine;
  const finished = new Set<string>();
  const order: string[] = [];
  let mostAtOnce = 0;
  let atOnce = 0;

  const actions: Action[] = [
    {
      id: 'write',
      description: 'Waits until it is told that it is done.',
      input: z.object({}) as never,
      safety: 'look',
      run: async ({ runId }) => {
        if (!order.includes(runId)) {
          order.push(runId);
          atOnce += 1;
          mostAtOnce = Math.max(mostAtOnce, atOnce);
        }
        return finished.has(runId) || finished.has('all')
          ? { outcome: 'done', output: { commit: 'c'.repeat(40) } }
          : waiting;
      },
    },
    {
      id: 'last',
      description: 'Waits until all are told.',
      input: z.object({}) as never,
      safety: 'look',
      run: async () => {
        if (!finished.has('all')) return waiting;
        atOnce -= 1;
        return { outcome: 'done' };
      },
    },
    {
      id: 'once',
      description: 'Comes back, once, when all are told.',
      input: z.object({}) as never,
      safety: 'look',
      run: async ({ runId }) => {
        order.push(runId);
        while (!finished.has('all')) await sleep(5);
        return { outcome: 'done' };
      },
    },
  ];

  beforeEach(async () => {
    finished.clear();
    order.length = 0;
    [mostAtOnce, atOnce] = [0, 0];
    database = await databases.open(kind);
    test = await startTestEngine(database, { actions });
  });
  afterEach(() => test.stop());

  let count = 0;
  const ask = async (
    sensor: SensorInput,
    concurrencyKey?: string,
    lane?: string,
    data?: object,
    knex = database.knex,
  ) => {
    count += 1;
    const run = await fire(knex, {
      id: `e${count}`,
      sensor,
      concurrencyKey,
      lane,
      data,
    });
    test.nudges.send('runs');
    return run;
  };
  const until = async (id: string, fits: (topic?: string) => boolean) => {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const run = (await readRun(database.knex, id))!;
      if (fits(run.topic)) return run;
      if (Date.now() > deadline) throw new Error(JSON.stringify(run));
      await new Promise(done => setTimeout(done, 20));
    }
  };
  const isParked = (id: string) =>
    until(id, topic => topic?.startsWith('slot ') === true);
  const isUnderWay = (id: string) => until(id, topic => topic === 'news');
  const tell = async (id: string) => {
    finished.add(id);
    await database
      .knex('runs')
      .where({ topic: 'news' })
      .update({ state: 'queued', topic: null, due_at: 0 });
    test.nudges.send('runs');
  };

  it('lets the next begin when one has ended, in order, waits included', async () => {
    const sensor = sensorWith({});
    await storeSensor(database.knex, sensor);
    const runs: string[] = [];
    for (let n = 0; n < 4; n++) runs.push(await ask(sensor));
    await isUnderWay(runs[0]);
    for (const id of runs.slice(1)) {
      expect((await isParked(id)).reason!.message).toBe(
        'Waits for another run of deploy to end.',
      );
    }
    await tell('all');
    for (const id of runs) await test.reaches(id, 'applied');
    expect(order).toEqual(runs);
    expect(mostAtOnce).toBe(1);
  });

  it('lets the next begin when one ended without ever waiting', async () => {
    const sensor = sensorWith({}, ['once']);
    await storeSensor(database.knex, sensor);
    const first = await ask(sensor);
    const second = await ask(sensor);
    await isParked(second);
    finished.add('all');
    for (const id of [first, second]) await test.reaches(id, 'done');
    expect(order).toEqual([first, second]);
  });

  it('sleeps over nobody in a lane of several keys', async () => {
    const sensor = sensorWith({ key: 'event.subject' }, ['once']);
    await storeSensor(database.knex, sensor);
    const lane = 'l'.repeat(32);
    const elsewhere = await ask(sensor, 'shop');
    while (order.length === 0) await sleep(5);
    const runs = await database.knex.transaction(async trx => {
      const asked = [];
      for (const key of ['shop', 'cart', 'cart', 'till']) {
        asked.push(await ask(sensor, key, lane, undefined, trx));
      }
      return asked;
    });
    test.nudges.send('runs');
    await isParked(runs[0]);
    finished.add('all');
    for (const id of [elsewhere, ...runs]) await test.reaches(id, 'done');
    expect(order).toEqual([elsewhere, ...runs]);
  });

  it('counts each key alone', async () => {
    const sensor = sensorWith({ key: 'event.subject', max: 2 });
    await storeSensor(database.knex, sensor);
    const shop = [];
    for (let n = 0; n < 3; n++) shop.push(await ask(sensor, 'shop'));
    const cart = await ask(sensor, 'cart');
    await isUnderWay(shop[0]);
    await isUnderWay(shop[1]);
    await isUnderWay(cart);
    const run = await isParked(shop[2]);
    expect(run.reason!.message).toBe(
      'Waits for 2 other runs of deploy for shop to end.',
    );
  });

  it('cancels the older one, unless something of it is merged', async () => {
    const sensor = sensorWith({ over: 'cancelOlder' });
    await storeSensor(database.knex, sensor);
    const first = await ask(sensor);
    await isUnderWay(first);
    const second = await ask(sensor);
    const cancelled = await test.reaches(first, 'cancelled');
    expect(cancelled.reason!.message).toBe(
      'A newer run of the same concurrency key took its place.',
    );
    await isUnderWay(second);
    await tell(second);
    await until(second, topic => topic === 'news');
    // Merged now: the third waits, and gives way to the fourth.
    const third = await ask(sensor);
    await isParked(third);
    const fourth = await ask(sensor);
    await isParked(fourth);
    await test.reaches(third, 'cancelled');
    await tell('all');
    await test.reaches(second, 'applied');
    await test.reaches(fourth, 'applied');
    expect(order).toEqual([first, second, fourth]);
  });

  it('goes on with the next when a person ends or takes one away', async () => {
    const sensor = sensorWith({});
    await storeSensor(database.knex, sensor);
    const [first, second, third] = [
      await ask(sensor),
      await ask(sensor),
      await ask(sensor),
    ];
    await isUnderWay(first);
    await isParked(second);
    await isParked(third);
    const cancel = async (id: string) => {
      const { version } = (await readRun(database.knex, id))!;
      const by = 'user:default/pia';
      await test.engine.decisions.cancelRun({ id, version, by });
    };
    await cancel(second);
    await isParked(third);
    await cancel(first);
    await isUnderWay(third);
    expect(order).toEqual([first, third]);
  });

  it('counts one that a person released before it began', async () => {
    const sensor = sensorWith({ key: 'event.data.app' });
    await storeSensor(database.knex, sensor);
    await test.engine.stop();
    const hold = async (id: string, more: object = {}) => {
      const reason = JSON.stringify({ code: 'held', message: 'Held.' });
      const held = { state: 'held', held_at: 1, reason, ...more };
      await database.knex('runs').where({ id }).update(held);
    };
    // As a rate limit does it, and as a failed expression: its key is not known.
    const shop = await ask(sensor, 'shop');
    await hold(shop);
    const cart = await ask(sensor, undefined, undefined, { app: 'cart' });
    const { events } = (await readRun(database.knex, cart))!.scope;
    await hold(cart, { scope: JSON.stringify({ events }) });
    test.engine.start();
    for (const id of [shop, cart]) {
      const { version } = (await readRun(database.knex, id))!;
      const by = 'user:default/pia';
      await test.engine.decisions.releaseRun({
        ...{ id, version, by },
        confirmOlder: false,
      });
      await isUnderWay(id);
    }
    const next = [await ask(sensor, 'shop'), await ask(sensor, 'cart')];
    for (const id of next) await isParked(id);
    expect(mostAtOnce).toBe(2);
    await tell('all');
    for (const id of [shop, cart, ...next]) await test.reaches(id, 'applied');
  });

  it('gives a free place to one whose lane allows it, not to an older one behind another', async () => {
    const sensor = sensorWith({}, ['once']);
    await storeSensor(database.knex, sensor);
    const first = await ask(sensor);
    while (order.length === 0) await sleep(5);
    const lane = 'l'.repeat(32);
    const [head, behind] = [
      await ask(sensor, undefined, lane),
      await ask(sensor, undefined, lane),
    ];
    const elsewhere = await ask(sensor, undefined, 'm'.repeat(32));
    for (const id of [head, elsewhere]) await isParked(id);
    const { topic } = await isParked(head);
    const put = (id: string, more: object) =>
      database
        .knex('runs')
        .where({ id })
        .update({ due_at: Date.now() + 3_600_000, ...more });
    // The head waits for something else meanwhile, such as the end of a freeze.
    await put(behind, { topic });
    await put(head, { topic: null });
    finished.add('all');
    for (const id of [first, elsewhere]) await test.reaches(id, 'done');
    expect(order).toEqual([first, elsewhere]);
    // Who takes the head away gives the place to the one behind it.
    const { version } = (await readRun(database.knex, head))!;
    const by = 'user:default/pia';
    await test.engine.decisions.cancelRun({ id: head, version, by });
    await test.reaches(behind, 'done');
  });

  it('lets through no more than may be, however many ask at once', async () => {
    const sensor = sensorWith({ max: 3 });
    await storeSensor(database.knex, sensor);
    await test.engine.stop();
    for (let n = 0; n < 40; n++) await ask(sensor);
    const replicas =
      kind === 'sqlite'
        ? [database.knex]
        : [database.knex, databases.again(database)];
    const passed = await Promise.all(
      [0, 1, 2, 3].map(async n => {
        const knex = replicas[n % replicas.length];
        const claimed = await claimRuns(knex, {
          replica: `replica ${n}`,
          claimMs: 60_000,
          wanted: [{ sensor: 'deploy', take: 10 }],
        });
        return admitRuns(
          {
            knex,
            readSensor: createSensorReader(knex),
            targets: {},
            tellTarget: async () => undefined,
          },
          claimed,
        );
      }),
    );
    expect(passed.flat()).toHaveLength(3);
    expect(
      await database.knex('runs').where('topic', 'like', 'slot %'),
    ).toHaveLength(37);
  });
});
