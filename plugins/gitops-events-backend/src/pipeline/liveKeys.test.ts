import type { IncomingEvent } from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { Nudges } from '../nudges';
import { createRunDecisions } from '../quarantine/runDecisions';
import { Sandbox } from '../sandbox';
import { CommitQueue } from '../store/commitQueue';
import type { Database } from '../store/database';
import { runOf, type Run } from '../store/runRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { startReplica } from './__testUtils__/decideReplica';
import { about, pushedAndScanned } from './__testUtils__/imagePairs';
import { activate, testSensor } from './testSensor';

jest.setTimeout(60_000);

const databases = testDatabases();
const sandboxes = [0, 1].map(
  () => new Sandbox({ expressionMs: 2_000, expressionHeapMb: 128 }),
);
afterAll(() => Promise.all(sandboxes.map(sandbox => sandbox.stop())));

const limit = 20;
const shuffled = (events: IncomingEvent[]) =>
  events
    .map((event, n) => ({ event, place: (n * 7919) % 1009 }))
    .sort((a, b) => a.place - b.place)
    .map(({ event }) => event);

/** A sensor gets more keys than it may remember, in partitions decided side by side. */
describe.each(databaseKinds)('keys that a sensor remembers, on %s', kind => {
  let database: Database;
  let replicas: Array<ReturnType<typeof startReplica>>;
  let most: number;

  const start = async (spec: Partial<SensorInput['spec']>, count = 1) => {
    const { knex } = database;
    await activate(knex, [
      testSensor('gate', { dependencies: pushedAndScanned, ...spec }),
    ]);
    replicas = sandboxes
      .slice(0, count)
      .map(sandbox => startReplica(database, sandbox, limit));
  };
  const keys = async () =>
    Number((await database.knex('sensor_state').count({ n: '*' }).first())!.n);
  /** Publishes in small batches, so that several partitions are busy at once. */
  const publish = async (events: IncomingEvent[]) => {
    for (let at = 0; at < events.length; at += 10) {
      await replicas[0].bus.publish(events.slice(at, at + 10));
      most = Math.max(most, await keys());
    }
  };
  const runs = async (): Promise<Run[]> =>
    (await database.knex('runs').orderBy('seq')).map(runOf);
  const held = async () => (await runs()).filter(run => run.state === 'held');
  const decided = async (events: IncomingEvent[]) => {
    for (let left = events; left.length > 0;) {
      await new Promise(done => setTimeout(done, 20));
      most = Math.max(most, await keys());
      const said = new Set([
        ...(await runs()).flatMap(({ scope }) => scope.events.map(e => e.uid)),
        ...(await database.knex('decisions').pluck('event_uid')),
      ]);
      left = events.filter(({ uid }) => !said.has(uid));
    }
  };
  const releaseAll = async () => {
    const { knex } = database;
    const commits = new CommitQueue({ knex, stream: 'people' });
    const people = createRunDecisions({ commits, nudges: new Nudges() });
    for (const { id, version } of await held()) {
      await people.releaseRun({ id, version, by: 'user:default/pia' });
    }
  };

  beforeEach(async () => {
    database = await databases.open(kind);
    replicas = [];
    most = 0;
  });
  afterEach(() => Promise.all(replicas.map(replica => replica.stop())));

  it('are bounded: what needs more is held, and none is lost once released', async () => {
    await start({ dedupe: { key: 'event.subject' } });
    const events = shuffled(
      Array.from({ length: 160 }, (_, n) => [
        about(`image ${n}`, n % 2 ? 'pushed' : 'scanned'),
        about(`image ${n % 5}`, 'pushed'),
      ]).flat(),
    );
    await publish(events);
    await decided(events);

    expect(most).toBe(limit);
    const before = await runs();
    const fired = before.filter(run => run.state === 'queued');
    expect(fired).toHaveLength(limit);
    const reasons = new Set((await held()).map(({ reason }) => reason?.code));
    expect([...reasons]).toEqual(['memoryFull']);
    expect((await held())[0].reason?.message).toContain(
      'remembers 20 keys already',
    );
    const decisions = await database.knex('decisions').select('outcome');
    const duplicates = decisions.filter(row => row.outcome === 'suppressed');
    expect(before.length + duplicates.length).toBe(events.length);
    // No key fired twice, whatever was held beside it.
    const subjects = new Map(events.map(({ uid, subject }) => [uid, subject]));
    expect(
      new Set(fired.map(({ eventUid }) => subjects.get(eventUid))).size,
    ).toBe(limit);

    await releaseAll();
    const after = await runs();
    expect(after.map(({ state }) => state)).toEqual(after.map(() => 'queued'));
    expect(new Set(after.map(({ eventUid }) => eventUid)).size).toBe(
      before.length,
    );
  });

  it('are free again once forgotten', async () => {
    await start({
      window: { key: 'event.subject', join: { within: '1h' } },
    });
    const images = Array.from({ length: 2 * limit }, (_, n) => `image ${n}`);
    const pushes = images.map(image => about(image, 'pushed'));
    await publish(pushes);
    await decided(pushes);
    expect(await keys()).toBe(limit);
    expect(await held()).toHaveLength(limit);
    const waits: string[] = await database
      .knex('decisions')
      .where({ outcome: 'waiting' })
      .pluck('event_uid');

    // An event of a key that is remembered needs no room.
    const scans = pushes
      .filter(({ uid }) => waits.includes(uid))
      .map(({ subject }) => about(subject!, 'scanned'));
    await publish(scans);
    await decided(scans);
    expect(await keys()).toBe(0);
    expect((await runs()).filter(run => run.state === 'queued')).toHaveLength(
      limit,
    );
    const [late] = [about('late', 'pushed')];
    await publish([late]);
    await decided([late]);
    expect(await keys()).toBe(1);
    expect(await held()).toHaveLength(limit);
  });

  const replicaCount = kind === 'sqlite' ? 1 : 2;
  it(`are bounded on ${replicaCount} at the same time`, async () => {
    await start({ dedupe: { key: 'event.subject' } }, replicaCount);
    const events = Array.from({ length: 300 }, (_, n) =>
      about(`image ${n}`, n % 2 ? 'pushed' : 'scanned'),
    );
    await publish(events);
    await decided(events);
    // Each knows at once what it added itself, and of the other within a second.
    expect(most).toBeLessThanOrEqual(replicaCount * limit);
    expect(await runs()).toHaveLength(events.length);
  });
});
