import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { Sandbox } from '../sandbox';
import { runOf } from '../store/runRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import type { Database } from '../store/database';
import { startReplica } from './__testUtils__/decideReplica';
import { activate, testSensor } from './testSensor';

jest.setTimeout(120_000);
waitForExpect.defaults.timeout = 60_000;

const databases = testDatabases();
const sandbox = new Sandbox({ expressionMs: 2_000, expressionHeapMb: 128 });
afterAll(() => sandbox.stop());

const pushed = { name: 'pushed', ingress: 'registry', type: 'com.github.push' };
const asked = { name: 'asked', ingress: 'registry', type: 'io.example.asked' };
/** Writes a value that no other event writes, to a file of its own. */
const writes = (
  name: string,
  dependencies: SensorInput['spec']['dependencies'],
) =>
  testSensor(name, {
    dependencies,
    steps: [
      {
        id: 'write',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          edits: [
            {
              kind: 'yaml',
              file: `apps/${name}.yaml`,
              set: { by: '${{ event.id }}' },
            },
          ],
        },
      },
    ],
  });

describe.each(databaseKinds)('events about our own commits on %s', kind => {
  let database: Database;
  let test: TestEngine;
  let replica: ReturnType<typeof startReplica>;
  let told: number;
  /** The forge answers once there are so many effects. */
  let sealFrom: number;

  const start = async (sensors: ReturnType<typeof writes>[]) => {
    database = await databases.open(kind);
    await activate(database.knex, sensors);
    const seed = Object.fromEntries(
      sensors.map(({ metadata }) => [`apps/${metadata.name}.yaml`, 'by: me\n']),
    );
    sealFrom = 1;
    const wrap = (host: ChangeHost): ChangeHost =>
      Object.assign(Object.create(host), {
        head: async (repository: string, branch: string) => {
          const effects = await database.knex('effects');
          if (effects.length < sealFrom) throw new Error('Does not answer.');
          return host.head(repository, branch);
        },
      });
    test = await startTestEngine(database, { seed, wrap });
    replica = startReplica(database, sandbox);
    told = 0;
  };
  afterEach(async () => {
    await replica.stop();
    await test.stop();
  });

  const publish = async (type: string, data: object = {}) => {
    told += 1;
    const event = incomingEvent({
      ...{ id: `${type} ${told}`, ingress: 'registry', type },
      data: Buffer.from(JSON.stringify(data)),
    });
    await replica.bus.publish([event]);
    return event.uid;
  };
  /** As the forge does for each merge. */
  const push = (commit: string, more: object = {}) =>
    publish('com.github.push', { after: commit, ...more });
  const runs = async () =>
    (await database.knex('runs').orderBy('seq')).map(runOf);
  const merged = async (count: number): Promise<Record<string, any>[]> => {
    let changes: Record<string, any>[] = [];
    await waitForExpect(async () => {
      test.nudges.send('runs', 'effects');
      changes = await database
        .knex('changes')
        .whereNotNull('merge_commit')
        .orderBy('seq');
      expect(changes).toHaveLength(count);
    });
    return changes;
  };
  const said = async (uid: string) => {
    const rows = await database.knex('decisions').where({ event_uid: uid });
    const fired = await database.knex('runs').where({ event_uid: uid });
    return Object.fromEntries([
      ...fired.map(({ sensor }) => [sensor, 'fired']),
      ...rows.map(({ sensor, outcome, reason }) => [
        sensor,
        `${outcome}: ${JSON.parse(reason).code}`,
      ]),
    ]);
  };
  const decided = (uid: string, expected: object) =>
    waitForExpect(async () => expect(await said(uid)).toEqual(expected));

  it('are kept from the sensor that made them, and linked to the change', async () => {
    await start([writes('a', [asked, pushed])]);
    await publish('io.example.asked');
    const [{ id: changeId, merge_commit: commit, head_commit: head }] =
      await merged(1);

    const uid = await push(commit);
    await decided(uid, { a: 'suppressed: ownChange' });
    const [{ reason }] = await database.knex('decisions');
    expect(JSON.parse(reason)).toMatchObject({
      message: `It tells of change ${changeId.slice(0, 8)}, which a made itself.`,
      detail: { changeId },
    });
    const lines = await database
      .knex('timeline')
      .whereIn('kind', ['aboutChange', 'commitNews'])
      .orderBy('seq');
    expect(
      lines.map(
        ({ kind: line, event_uid: event, change_id: change, data }) => ({
          ...{ line, event, change },
          data: JSON.parse(data),
        }),
      ),
    ).toEqual([
      { line: 'aboutChange', event: uid, change: null, data: { changeId } },
      {
        ...{ line: 'commitNews', event: null, change: changeId },
        data: expect.objectContaining({ eventUid: uid }),
      },
    ]);

    // Told before the commit is on record, and on the branch.
    const early = await push('d'.repeat(40), {
      head_commit: { message: `Shop\n\nGitOps-Change: ${changeId}\n` },
    });
    await decided(early, { a: 'suppressed: ownChange' });
    await decided(await push(head), { a: 'suppressed: ownChange' });
    // Somebody else's, on top of ours.
    await decided(await push('e'.repeat(40), { before: commit }), {
      a: 'fired',
    });
  });

  it('stop two sensors that answer each other, with the chain shown', async () => {
    await start([writes('a', [asked, pushed]), writes('b', [pushed])]);
    await publish('io.example.asked');
    const uids: string[] = [];
    for (let turn = 1; turn <= 8; turn++) {
      const changes = await merged(turn);
      const uid = await push(changes.at(-1)!.merge_commit);
      uids.push(uid);
      const [own, other] = turn % 2 === 1 ? ['a', 'b'] : ['b', 'a'];
      await decided(uid, {
        [own]: 'suppressed: ownChange',
        [other]: turn < 8 ? 'fired' : 'held: loop',
      });
    }
    const last = (await runs()).at(-1)!;
    expect(last).toMatchObject({
      state: 'held',
      reason: { code: 'loop', detail: { depth: 8, causationId: uids[6] } },
    });
    const depths = await database
      .knex('events')
      .whereIn('uid', uids)
      .orderBy('seq')
      .pluck('depth');
    expect(depths).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('are kept from all sensors whose runs share the change, and from no other', async () => {
    await start([
      writes('a', [asked, pushed]),
      writes('b', [asked, pushed]),
      testSensor('c', { mode: 'observe', dependencies: [pushed] }),
    ]);
    sealFrom = 2;
    await publish('io.example.asked');
    const [change, ...more] = await merged(1);
    expect(more).toEqual([]);
    const members = await database
      .knex('effects')
      .where({ change_id: change.id });
    expect(members).toHaveLength(2);
    const uid = await push(change.merge_commit);
    await decided(uid, {
      a: 'suppressed: ownChange',
      b: 'suppressed: ownChange',
      c: 'fired',
    });
    const [event] = await database.knex('events').where({ uid });
    expect(event.depth).toBe(1);
  });
});
