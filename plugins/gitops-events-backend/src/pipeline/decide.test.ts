import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { EmbeddedBus } from '../bus/embeddedBus';
import { Nudges } from '../nudges';
import { Sandbox } from '../sandbox';
import { verifyChain } from '../store/chain';
import type { Database } from '../store/database';
import { insertEvents } from '../store/insertEvents';
import { readPosition } from '../store/positions';
import { runOf } from '../store/runRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { dyingSandbox } from './__testUtils__/dyingSandbox';
import { ActiveSensors } from './activeSensors';
import { Standstills } from './standstills';
import { startDecide } from './decide';
import { decideBatch, PositionMoved, type DecideContext } from './decideBatch';
import { fireDueTimers } from './timerLoop';
import type { Loop } from './loop';
import type { RunConfig } from './newRun';
import { LiveKeys } from './liveKeys';
import { activate, testSensor } from './testSensor';
import { silentLogger } from '../__testUtils__/testLogger';

const databases = testDatabases();
const ingress = {
  name: 'registry',
  principals: ['external:registry'],
  sources: ['*'],
  types: ['*'],
  entities: ['component:default/*'],
  partitions: 1,
};
const config: RunConfig = {
  ingresses: [ingress],
  boundaries: [
    {
      owner: 'group:default/platform',
      ingresses: ['registry'],
      actions: ['*'],
      repositories: [],
      environments: ['staging', 'production'],
      merge: true,
    },
  ],
  targets: { staging: { class: 'staging', mode: 'auto' } },
};
const partition = 'registry/0';

// For machines with other things to do.
jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

/** Threads start slowly, so the tests share them. */
const sandboxes = [0, 1].map(
  () => new Sandbox({ expressionMs: 1_000, expressionHeapMb: 128 }),
);
afterAll(() => Promise.all(sandboxes.map(sandbox => sandbox.stop())));

/** One replica: its own sandbox and bus on a database that others may share. */
function replicaOn(
  database: Database,
  sandbox: Pick<Sandbox, 'load' | 'evaluate'> = sandboxes[0],
) {
  const nudges = new Nudges();
  const bus = new EmbeddedBus({
    database,
    ingresses: [ingress],
    nudges,
    pollMs: 20,
  });
  const { knex } = database;
  const context: DecideContext = {
    knex,
    sandbox,
    sensors: new ActiveSensors({ knex, sandbox }),
    liveKeys: new LiveKeys({ knex, limit: 100_000 }),
    config,
    nudges,
    ownersOf: async () =>
      new Map([['component:default/other', 'group:default/other']]),
  };
  const standstills = new Standstills();
  const logger = silentLogger();
  let loop: Loop | undefined;
  return {
    bus,
    context,
    standstills,
    logger,
    start: () => {
      loop = startDecide({
        standstills,
        ...context,
        bus,
        logger,
      });
    },
    stop: () => loop?.stop(),
  };
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe.each(databaseKinds)('decide on %s', kind => {
  let database: Database;
  let replica: ReturnType<typeof replicaOn>;

  beforeEach(async () => {
    database = await databases.open(kind);
    replica = replicaOn(database);
  });
  afterEach(() => replica.stop());

  const runs = async () =>
    (await database.knex('runs').orderBy('seq')).map(runOf);
  const decisions = () =>
    database
      .knex('decisions')
      .orderBy('seq')
      .select('event_uid', 'sensor', 'outcome', 'reason', 'run_id')
      .then(rows =>
        rows.map(row => ({ ...row, reason: JSON.parse(row.reason).code })),
      );
  const drained = () =>
    waitForExpect(async () => {
      const { position } = await readPosition(database.knex, partition);
      const [status] = await replica.bus.status(
        new Map(position ? [[partition, position]] : []),
      );
      expect(status.lag).toBe(0);
    });

  it('holds an event that the sandbox dies of, and decides those behind it', async () => {
    await activate(database.knex, [testSensor('promote', {})]);
    const [before, poison, after] = [0, 1, 2].map(() => incomingEvent());
    replica = replicaOn(
      database,
      dyingSandbox(uid => uid === poison.uid),
    );
    await replica.bus.publish([before, poison, after]);
    replica.start();
    await drained();
    expect(
      (await runs()).map(run => [run.eventUid, run.state, run.reason?.code]),
    ).toEqual([
      [before.uid, 'queued', undefined],
      [poison.uid, 'held', 'memory'],
      [after.uid, 'queued', undefined],
    ]);
  });

  it('makes a run of what fires, with the position, in one transaction', async () => {
    await activate(database.knex, [
      testSensor('promote', {
        title: 'Promote ${{ event.data.tag }}',
        params: { tag: '${{ event.data.tag }}' },
        target: { environment: 'staging' },
        steps: [
          { id: 'bump', action: 'sync:wait' },
          { id: 'sync', action: 'sync:wait' },
        ],
      }),
    ]);
    replica.start();
    const event = incomingEvent({
      entityRef: 'component:default/shop',
      ownerRef: 'group:default/shop',
      data: json({ tag: '1.10' }),
    });
    await replica.bus.publish([event]);
    await drained();

    const [run, ...others] = await runs();
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventUid: event.uid,
      sensor: 'promote',
      revision: 1,
      generation: 0,
      title: 'Promote 1.10',
      ownerRef: 'group:default/platform',
      entityRef: 'component:default/shop',
      entityOwnerRef: 'group:default/shop',
      target: { environment: 'staging' },
      mode: 'auto',
      scope: {
        events: [{ uid: event.uid, dependency: 'pushed' }],
        params: { tag: '1.10' },
      },
      lane: expect.stringMatching(/^[0-9a-f]{32}$/),
      state: 'queued',
      step: 0,
      steps: [
        { id: 'bump', action: 'sync:wait', state: 'pending', attempts: 0 },
        { id: 'sync', action: 'sync:wait', state: 'pending', attempts: 0 },
      ],
      version: 1,
    });
    expect(await decisions()).toEqual([]);
    expect(await verifyChain(database.knex, `decide:${partition}`)).toEqual({
      rows: 1,
      head: expect.any(String),
    });
  });

  it('keeps the reason of what does not fire', async () => {
    await activate(database.knex, [
      testSensor('filtered', {
        dependencies: [
          {
            name: 'pushed',
            ingress: 'registry',
            type: 'io.example.*',
            filter: 'event.subject == "wanted"',
          },
        ],
        dedupe: { key: 'event.data.digest' },
      }),
    ]);
    replica.start();
    const wanted = (digest: string) =>
      incomingEvent({ subject: 'wanted', data: json({ digest }) });
    const [first, second, third] = [wanted('a'), wanted('a'), wanted('b')];
    const unwanted = incomingEvent({ subject: 'other' });
    await replica.bus.publish([first, unwanted, second]);
    await drained();
    const again = wanted('a');
    await replica.bus.publish([again, third]);
    await drained();

    expect((await runs()).map(({ eventUid }) => eventUid)).toEqual([
      first.uid,
      third.uid,
    ]);
    expect(await decisions()).toMatchObject([
      { event_uid: unwanted.uid, outcome: 'notMatched' },
      { event_uid: second.uid, outcome: 'suppressed', reason: 'duplicate' },
      { event_uid: again.uid, outcome: 'suppressed', reason: 'duplicate' },
    ]);
  });

  it('holds what cannot be told or is not allowed, and says so', async () => {
    await activate(database.knex, [
      testSensor('broken', { title: '${{ event.data.missing }}' }),
      testSensor('elsewhere', { entity: 'system:default/other' }),
      testSensor('far', { target: { environment: 'moon' } }),
    ]);
    replica.start();
    await replica.bus.publish([incomingEvent({ data: json({}) })]);
    await drained();

    const held = await runs();
    expect(
      held.map(({ sensor, state, reason }) => [sensor, state, reason?.code]),
    ).toEqual([
      ['broken', 'held', 'missingField'],
      ['elsewhere', 'held', 'notAllowed'],
      ['far', 'held', 'notAllowed'],
    ]);
    expect(await decisions()).toMatchObject(
      held.map(({ id, sensor }) => ({ sensor, outcome: 'held', run_id: id })),
    );
  });

  it("holds a run about another entity than a person's event", async () => {
    await activate(database.knex, [
      testSensor('elsewhere', { entity: 'component:default/other' }),
    ]);
    replica.start();
    const entityRef = 'component:default/shop';
    await replica.bus.publish([
      incomingEvent({ principal: 'user:default/ana', entityRef }),
      incomingEvent({ entityRef }),
    ]);
    await drained();
    expect(await runs()).toMatchObject([
      { state: 'held', reason: { code: 'notAllowed' } },
      { state: 'queued', entityOwnerRef: 'group:default/other' },
    ]);
  });

  it('caps the mode by the target', async () => {
    await activate(database.knex, [
      testSensor('capped', { target: { environment: 'production' } }),
    ]);
    replica.start();
    await replica.bus.publish([incomingEvent()]);
    await drained();
    expect(await runs()).toMatchObject([{ mode: 'propose', state: 'queued' }]);
  });

  it('suppresses while a sensor is paused', async () => {
    await activate(database.knex, [testSensor('paused')]);
    await database.knex('sensors').update({ paused: true });
    replica.start();
    await replica.bus.publish([incomingEvent()]);
    await drained();
    expect(await decisions()).toMatchObject([
      { outcome: 'suppressed', reason: 'paused' },
    ]);
  });

  it('numbers the runs of a lane in the order of its events', async () => {
    await activate(database.knex, [testSensor('promote')]);
    replica.start();
    const events = Array.from({ length: 450 }, (_, n) =>
      incomingEvent({ subject: `s${n % 3}` }),
    );
    await replica.bus.publish(events);
    await drained();
    const made = await runs();
    expect(made.map(({ eventUid }) => eventUid)).toEqual(
      events.map(({ uid }) => uid),
    );
    expect(new Set(made.map(({ lane }) => lane)).size).toBe(3);
  });

  it('takes over a set that became active while it was evaluating', async () => {
    await activate(database.knex, [testSensor('old')]);
    const { context, bus } = replica;
    await bus.publish([incomingEvent()]);
    let changed = false;
    const batch = await firstBatch(bus);
    await decideBatch(
      {
        ...context,
        sandbox: {
          evaluate: async events => {
            const answer = await context.sandbox.evaluate(events);
            if (!changed) await activate(database.knex, [testSensor('new')]);
            changed = true;
            return answer;
          },
        },
      },
      partition,
      await readPosition(database.knex, partition),
      batch,
    );
    expect((await runs()).map(({ sensor }) => sensor)).toEqual(['new', 'old']);
  });

  it('writes nothing when the position was moved, and nothing by halves', async () => {
    await activate(database.knex, [
      testSensor('promote', { dedupe: { key: '"k"' } }),
    ]);
    const { context, bus } = replica;
    await bus.publish([incomingEvent(), incomingEvent()]);
    const batch = await firstBatch(bus);
    const before = await readPosition(database.knex, partition);

    const failing: DecideContext = {
      ...context,
      config: {
        ...config,
        get boundaries(): never {
          throw new Error('in the middle');
        },
      },
    };
    await expect(
      decideBatch(failing, partition, before, batch),
    ).rejects.toThrow('in the middle');
    for (const table of [
      'positions',
      'sensor_state',
      'timers',
      'runs',
      'chain',
    ]) {
      expect(await database.knex(table)).toEqual([]);
    }

    await decideBatch(context, partition, before, batch);
    const written = await database.knex('runs');
    await expect(
      decideBatch(context, partition, before, batch),
    ).rejects.toBeInstanceOf(PositionMoved);
    expect(await database.knex('runs')).toEqual(written);
  });

  it('forgets a duplicate mark when its time has come, once all before is decided', async () => {
    await activate(database.knex, [
      testSensor('promote', { dedupe: { key: '"k"', for: '1ms' } }),
    ]);
    const { context, bus, standstills, logger } = replica;
    const { knex } = database;
    await bus.publish([incomingEvent()]);
    await fireDueTimers({ ...context, bus, standstills, logger });
    await decideBatch(
      context,
      partition,
      await readPosition(knex, partition),
      await firstBatch(bus),
    );
    expect(await knex('timers')).toHaveLength(1);
    expect(await knex('sensor_state')).toHaveLength(1);

    await bus.publish([incomingEvent()]);
    await fireDueTimers({ ...context, bus, standstills, logger });
    expect(await knex('timers')).toHaveLength(1);

    replica.start();
    await drained();
    await waitForExpect(async () => {
      expect(await knex('timers')).toEqual([]);
      expect(await knex('sensor_state')).toEqual([]);
    });
    expect(await runs()).toHaveLength(2);
  });

  // On SQLite there is one writer, and what it stamps is there at once.
  if (kind === 'postgres') {
    it('fires no timer before an event that is accepted and not to be seen yet', async () => {
      await activate(database.knex, [
        testSensor('promote', { dedupe: { key: '"k"', for: '1ms' } }),
      ]);
      const { context, bus, standstills, logger } = replica;
      const { knex } = database;
      await bus.publish([incomingEvent()]);
      await decideBatch(
        context,
        partition,
        await readPosition(knex, partition),
        await firstBatch(bus),
      );
      const timers = () => knex('timers');
      await knex.transaction(async tx => {
        await insertEvents(tx, [{ event: incomingEvent(), partition }]);
        await knex('timers').update({ due_at: Date.now() });
        await new Promise(done => setTimeout(done, 10));
        await fireDueTimers({ ...context, bus, standstills, logger });
        expect(await timers()).toHaveLength(1);
      });
      // Now it is to be seen, and to be decided first.
      await fireDueTimers({ ...context, bus, standstills, logger });
      expect(await timers()).toHaveLength(1);
    });
  }

  it('fires the timers of others where those of one cannot be fired', async () => {
    const dedupe = { key: '"k"', for: '1ms' };
    await activate(database.knex, [
      testSensor('broken', { dedupe }),
      testSensor('promote', { dedupe }),
    ]);
    const { standstills } = replica;
    const { knex } = database;
    const mark = { kind: 'dedupe', key: 'k' };
    // Written by nobody of ours.
    await knex('sensor_state').insert({
      ...mark,
      sensor: 'broken',
      value: '{',
    });
    for (const sensor of ['broken', 'promote']) {
      await knex('timers').insert({ ...mark, sensor, due_at: 1 });
    }
    replica.start();
    await waitForExpect(() =>
      expect(standstills.list()).toMatchObject([
        { partition: 'timers of broken' },
      ]),
    );
    expect(await knex('timers').pluck('sensor')).toEqual(['broken']);

    await knex('sensor_state').del();
    await waitForExpect(() => expect(standstills.list()).toEqual([]));
    expect(await knex('timers')).toEqual([]);
  });

  it('tells where it stands still, and until when', async () => {
    await activate(database.knex, [testSensor('promote')]);
    const { context, bus, standstills } = replica;
    const { sandbox } = context;
    let broken = true;
    context.sandbox = {
      evaluate: async events => {
        if (broken) throw new Error('Not foreseen.');
        return sandbox.evaluate(events);
      },
    };
    replica.start();
    await bus.publish([incomingEvent()]);
    await waitForExpect(() =>
      expect(standstills.list()).toMatchObject([
        { partition, message: expect.stringMatching(/^Something failed/) },
      ]),
    );
    expect(await runs()).toEqual([]);

    broken = false;
    await waitForExpect(() => expect(standstills.list()).toEqual([]));
    expect(await runs()).toHaveLength(1);
  });
});

describe('two replicas on postgres', () => {
  it('decide each event exactly once, in order', async () => {
    const database = await databases.open('postgres');
    await activate(database.knex, [
      testSensor('promote', { dedupe: { key: 'event.id' } }),
      testSensor('other'),
    ]);
    const replicas = [
      database,
      { ...database, knex: databases.again(database) },
    ].map((each, n) => replicaOn(each, sandboxes[n]));
    replicas.forEach(({ start }) => start());
    const events = Array.from({ length: 400 }, () =>
      incomingEvent({ partitionKey: 'same' }),
    );
    for (let start = 0; start < events.length; start += 10) {
      const { bus } = replicas[(start / 10) % 2];
      await bus.publish(events.slice(start, start + 10));
    }
    await waitForExpect(async () => {
      const [{ count }] = await database.knex('runs').count();
      expect(Number(count)).toBe(800);
    });
    await Promise.all(replicas.map(({ stop }) => stop()));

    const rows = await database
      .knex('runs')
      .where({ sensor: 'promote' })
      .orderBy('seq');
    expect(rows.map(row => row.event_uid)).toEqual(
      events.map(({ uid }) => uid),
    );
    expect(await database.knex('decisions')).toEqual([]);
    const chain = await verifyChain(database.knex, `decide:${partition}`);
    expect(chain.broken).toBeUndefined();
  });
});

async function firstBatch(bus: EmbeddedBus) {
  const abort = new AbortController();
  const found = await new Promise<
    Parameters<Parameters<EmbeddedBus['read']>[0]['onBatch']>[0]
  >((done, failed) => {
    bus
      .read({
        partition,
        from: undefined,
        signal: abort.signal,
        onBatch: async batch => {
          abort.abort();
          done(batch);
        },
      })
      .catch(failed);
  });
  return found;
}
