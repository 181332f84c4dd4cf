import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { Sandbox } from '../sandbox';
import type { Database } from '../store/database';
import { readPosition } from '../store/positions';
import { runOf, type Run } from '../store/runRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { startReplica } from './__testUtils__/decideReplica';
import {
  about,
  eachOnce,
  joinsOf,
  pairsInBatches,
  pushedAndScanned,
} from './__testUtils__/imagePairs';
import { activate, testSensor } from './testSensor';

const databases = testDatabases();

jest.setTimeout(60_000);
const limits = { expressionMs: 2_000, expressionHeapMb: 128 };
const sandboxes = [new Sandbox(limits), new Sandbox(limits)];
afterAll(() => Promise.all(sandboxes.map(sandbox => sandbox.stop())));

describe.each(databaseKinds)('windows on %s', kind => {
  let database: Database;
  let replicas: Array<ReturnType<typeof startReplica>>;

  const start = async (spec: Partial<SensorInput['spec']>, count = 1) => {
    await activate(database.knex, [
      testSensor('gate', { dependencies: pushedAndScanned, ...spec }),
    ]);
    replicas = sandboxes
      .slice(0, count)
      .map(sandbox => startReplica(database, sandbox));
    return replicas[0].bus;
  };
  const runs = async (): Promise<Run[]> =>
    (await database.knex('runs').orderBy('seq')).map(runOf);
  const said = async () =>
    Object.fromEntries(
      (await database.knex('decisions')).map(row => [
        row.event_uid,
        `${row.outcome}: ${JSON.parse(row.reason).code}`,
      ]),
    );
  /** Everything published is decided, and no timer is due. */
  const settled = async () => {
    for (let quiet = 0; quiet < 2;) {
      await new Promise(done => setTimeout(done, 20));
      const partitions = await replicas[0].bus.partitions();
      const positions = new Map<string, string>();
      for (const partition of partitions) {
        const { position } = await readPosition(database.knex, partition);
        if (position) positions.set(partition, position);
      }
      const statuses = await replicas[0].bus.status(positions);
      quiet = statuses.every(({ lag }) => lag === 0) ? quiet + 1 : 0;
    }
  };

  beforeEach(async () => {
    database = await databases.open(kind);
    replicas = [];
  });
  afterEach(() => Promise.all(replicas.map(replica => replica.stop())));

  it('joins events of two ingresses, and tells each of them', async () => {
    const bus = await start({
      window: { key: 'event.subject', join: { within: '1h' } },
    });
    const pushed = about('shop/api', 'pushed');
    const scanned = about('shop/api', 'scanned');
    await bus.publish([pushed]);
    await settled();
    expect(await said()).toEqual({ [pushed.uid]: 'waiting: window' });
    expect(await runs()).toEqual([]);

    await bus.publish([about('shop/web', 'scanned'), scanned]);
    await settled();
    const [run, ...others] = await runs();
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      eventUid: scanned.uid,
      state: 'queued',
      scope: {
        events: [
          { uid: pushed.uid, dependency: 'pushed' },
          { uid: scanned.uid, dependency: 'scanned' },
        ],
      },
    });
    expect(run.scope.params).toBeUndefined();
    expect(await said()).toMatchObject({
      [pushed.uid]: 'fired: fired',
      [scanned.uid]: 'fired: fired',
    });
    const waited = await database.knex('decisions').whereNotNull('waited_at');
    expect(waited).toHaveLength(1);
    expect(waited[0]).toMatchObject({ event_uid: pushed.uid, run_id: run.id });
  });

  it('fires a batch when its time is over and nothing comes any more, after a restart', async () => {
    const bus = await start({
      dependencies: [pushedAndScanned[0]],
      window: { batch: { within: '1s' } },
    });
    const events = [about('a', 'pushed'), about('b', 'pushed')];
    await bus.publish(events);
    await settled();
    expect(await runs()).toEqual([]);
    await replicas[0].stop();
    replicas = [startReplica(database, sandboxes[1])];
    while ((await runs()).length === 0) await settled();
    const [run] = await runs();
    expect(run.scope.events.map(({ uid }) => uid).sort()).toEqual(
      events.map(({ uid }) => uid).sort(),
    );
    expect(await database.knex('sensor_state')).toEqual([]);
    expect(await database.knex('timers')).toEqual([]);
  });

  it('resets a join when nothing comes, after a restart, and joins nothing with what it let go', async () => {
    const reset = { cron: '* * * * *', timeZone: 'Europe/Berlin' };
    const bus = await start({
      window: { key: 'event.subject', join: { within: '12h', reset } },
    });
    const { knex } = database;
    const pushed = about('shop/api', 'pushed');
    await bus.publish([pushed]);
    await settled();
    await Promise.all(replicas.map(replica => replica.stop()));
    const { due_at: due } = await knex('timers').first();
    const { value } = await knex('sensor_state').first();
    const accepted = JSON.parse(value).state.waiting[0].at;
    expect(Number(due)).toBe((Math.floor(accepted / 60_000) + 1) * 60_000);

    // As though an hour had passed meanwhile.
    const hour = 3_600_000;
    const earlier = (_: string, at: unknown) =>
      typeof at === 'number' ? at - hour : at;
    await knex('timers').update({ due_at: Number(due) - hour });
    await knex('sensor_state').update({
      value: JSON.stringify(JSON.parse(value), earlier),
    });
    replicas = sandboxes
      .slice(0, kind === 'sqlite' ? 1 : 2)
      .map(sandbox => startReplica(database, sandbox));
    while ((await knex('timers')).length > 0) await settled();
    expect(await said()).toEqual({ [pushed.uid]: 'suppressed: reset' });
    expect(await knex('sensor_state')).toEqual([]);

    await replicas[0].bus.publish([about('shop/api', 'scanned')]);
    await settled();
    expect(await runs()).toEqual([]);
    const decisions = await knex('decisions').orderBy('seq');
    expect(decisions.map(({ outcome }) => outcome)).toEqual([
      'suppressed',
      'waiting',
    ]);
    expect(JSON.parse(decisions[0].reason).message).toBe(
      'All that waited was let go by its reset (* * * * *, Europe/Berlin) before the condition was true.',
    );
  });

  it('delays what is over the limit', async () => {
    const bus = await start({
      dependencies: [pushedAndScanned[0]],
      rateLimit: { max: 1, per: '1h', atMost: '2h' },
    });
    await bus.publish([about('a', 'pushed')]);
    await settled();
    await bus.publish([about('b', 'pushed')]);
    await settled();
    const [first, second] = await runs();
    expect(second).toMatchObject({
      state: 'queued',
      reason: { code: 'rateLimited' },
    });
    expect(second.dueAt - first.createdAt).toBeGreaterThan(3_500_000);
  });

  it('leaves nothing behind when replicas come to the same timers', async () => {
    const bus = await start(
      {
        dependencies: [pushedAndScanned[0]],
        window: { key: 'event.subject', batch: { within: '1s' } },
      },
      kind === 'sqlite' ? 1 : 2,
    );
    const images = Array.from({ length: 400 }, (_, n) => `image ${n}`);
    await bus.publish(images.map(image => about(image, 'pushed')));
    await settled();
    const { knex } = database;
    while ((await knex('timers')).length > 0) await settled();
    expect(await runs()).toHaveLength(images.length);
    await Promise.all(replicas.map(replica => replica.stop()));
    expect(await knex('sensor_state')).toEqual([]);
  });

  it('joins each of many pairs once, decided by two replicas', async () => {
    const bus = await start(
      { window: { key: 'event.subject', join: { within: '1h' } } },
      kind === 'sqlite' ? 1 : 2,
    );
    const pairs = kind === 'sqlite' ? 400 : 10_000;
    const batches = pairsInBatches(pairs);
    for (const batch of batches) await bus.publish(batch);
    await settled();
    expect(await joinsOf(database.knex, batches)).toEqual(eachOnce(pairs));
  });
});
