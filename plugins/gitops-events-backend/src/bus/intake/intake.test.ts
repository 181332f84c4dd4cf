import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import {
  incomingEvent,
  MemoryBroker,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { silentLogger } from '../../__testUtils__/testLogger';
import { Nudges } from '../../nudges';
import { Standstills } from '../../pipeline/standstills';
import { verifyChain } from '../../store/chain';
import { CommitQueue } from '../../store/commitQueue';
import type { Database } from '../../store/database';
import { eventFromRow } from '../../store/eventRow';
import {
  addIntakes,
  holdIntake,
  readIntakes,
  type Intake,
} from '../../store/intakes';
import { databaseKinds, testDatabases } from '../../store/testDatabases';
import { BrokeredBus } from './brokeredBus';
import { createIntakeDecisions } from './intakeDecisions';
import { startIntake, type IntakeLoop } from './intakeLoop';
import { readIntakeViews } from './readIntakeViews';
import { stopIntake } from './stopIntake';
import { IntakeMoved, takeIn } from './takeIn';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();
const partition = 'memory:0';
const place = ({ acceptedAt, ...event }: StoredEvent) => ({
  event,
  partition: 'registry/0',
});
const events = (count: number) =>
  Array.from({ length: count }, () => incomingEvent());

describe.each(databaseKinds)('taking in from a broker on %s', kind => {
  let database: Database;
  let broker: MemoryBroker;
  let loops: IntakeLoop[];
  beforeEach(async () => {
    database = await databases.open(kind);
    broker = new MemoryBroker();
    loops = [];
  });
  afterEach(() => Promise.all(loops.map(loop => loop.stop())));

  const start = (replica: string, knex = database.knex) => {
    const nudges = new Nudges();
    const loop = startIntake({
      ...{ broker, knex, replica, nudges, logger: silentLogger() },
      standstills: new Standstills(),
      ingresses: [{ name: 'registry', partitions: 1 }],
      leaseMs: 1_000,
      quietMs: 200,
    });
    loops.push(loop);
    return { loop, nudges };
  };
  const logged = () => database.knex('events').orderBy('seq').pluck('id');
  const hasLogged = (ids: string[]) =>
    waitForExpect(async () => expect(await logged()).toEqual(ids));
  const intake = async (): Promise<Intake> =>
    (await readIntakes(database.knex))[0];
  const idsOf = (some: Array<{ id: string }>) => some.map(({ id }) => id);

  it('brings each identity into the log once, in the order of the broker', async () => {
    const some = events(250);
    await broker.publish([...some, some[0]]);
    start('one');
    await hasLogged(idsOf(some));
    const more = events(2);
    await broker.publish([some[1], ...more]);
    await hasLogged(idsOf([...some, ...more]));
    expect(await database.knex('events').distinct('partition')).toEqual([
      { partition: 'registry/0' },
    ]);
    // Its age counts from there on, however long it waited.
    const [{ unreadSince }] = await broker.status(new Map());
    const first = await database.knex('events').orderBy('seq').first();
    expect(eventFromRow(first)).toMatchObject({ acknowledgedAt: unreadSince });
  });

  it('changes nothing where somebody else read on meanwhile', async () => {
    const { knex } = database;
    await addIntakes(knex, [partition]);
    const before = await intake();
    const [one, two] = [events(1), events(1)].map(some => ({
      events: some.map(event => ({ ...event, acceptedAt: 0 })),
      next: '{"offset":1}',
    }));
    await takeIn(knex, before, one, place);
    const late = takeIn(knex, before, two, place);
    await expect(late).rejects.toBeInstanceOf(IntakeMoved);
    expect(await logged()).toEqual(idsOf(one.events));
    // Nor does it stop anything for what was gone when it looked.
    await stopIntake(knex, before, 'Gone.');
    expect(await intake()).toMatchObject({ stopped: undefined });
  });

  it('takes a partition over once nobody holds it any more', async () => {
    const { knex } = database;
    await addIntakes(knex, [partition]);
    const held = { partition, holder: 'dead', forMs: 2_000 };
    expect(await holdIntake(knex, held)).toBeDefined();
    const other = { ...held, holder: 'one' };
    expect(await holdIntake(knex, other)).toBeUndefined();
    const some = events(3);
    await broker.publish(some);
    start('one');
    await hasLogged(idsOf(some));
    expect(await holdIntake(knex, held)).toBeUndefined();
  });

  it('keeps what is no event beside the log, and takes in what lies around it', async () => {
    const refuse = {
      sqlite: `create trigger refuse before insert on events when new.subject = 'bad'
        begin select raise(abort, 'unforeseen'); end`,
      postgres: `alter table events add constraint refuse check (subject <> 'bad')`,
    };
    await database.knex.raw(refuse[kind]);
    const [one, bad, nul, two] = [
      incomingEvent(),
      incomingEvent({ subject: 'bad' }),
      incomingEvent({ subject: 'nul \0' }),
      incomingEvent(),
    ];
    await broker.publish([one]);
    broker.addUnreadable(partition, 'noise');
    await broker.publish([bad, nul, two]);
    start('one');
    await hasLogged(idsOf([one, two]));
    const left = await database.knex('intake_leftovers').orderBy('seq');
    expect(left.map(({ place: at }) => at).sort()).toEqual(
      ['offset 1', `event ${bad.uid}`, `event ${nul.uid}`].sort(),
    );
    expect(left.map(({ record }) => String(record)).join()).toContain('noise');
  });

  it('stops where something is lost, until a person says from where to go on', async () => {
    const { knex } = database;
    await broker.publish(events(3));
    broker.deleteOldest(partition, 2);
    const { nudges } = start('one');
    await waitForExpect(async () =>
      expect(await intake()).toMatchObject({
        stopped: { message: expect.stringContaining('deleted') },
      }),
    );
    expect(await logged()).toEqual([]);

    const { letIntakeGoOn } = createIntakeDecisions({
      commits: new CommitQueue({ knex, stream: 'people' }),
      ...{ nudges, broker },
    });
    const { version } = await intake();
    const decision = {
      ...{ partition, version, from: 'oldest' as const },
      ...{ by: 'user:default/pia', comment: 'Two were tests.' },
    };
    await expect(
      letIntakeGoOn({ ...decision, version: version - 1 }),
    ).rejects.toThrow('It changed meanwhile. Look again.');
    await expect(
      letIntakeGoOn({ ...decision, partition: 'memory:7' }),
    ).rejects.toThrow('The bus has no partition memory:7.');
    broker.down();
    await expect(letIntakeGoOn(decision)).rejects.toThrow(
      'The broker does not answer now.',
    );
    broker.up();
    await letIntakeGoOn(decision);
    await waitForExpect(async () => expect(await logged()).toHaveLength(1));
    await expect(letIntakeGoOn(decision)).rejects.toThrow(
      'It goes on already.',
    );

    const chain = await knex('chain').whereIn('stream', ['intake', 'people']);
    const records = chain.flatMap(row => JSON.parse(row.records));
    expect(records).toMatchObject([
      { what: 'intake', partition, outcome: 'stopped' },
      { what: 'intake', partition, outcome: 'goes on', by: decision.by },
    ]);
    for (const stream of ['intake', 'people']) {
      expect(await verifyChain(knex, stream)).not.toHaveProperty('broken');
    }
  });

  describe('of a partition that the configuration names no longer', () => {
    const views = () => readIntakeViews(database.knex, broker);
    const decisions = () =>
      createIntakeDecisions({
        commits: new CommitQueue({ knex: database.knex, stream: 'people' }),
        ...{ nudges: new Nudges(), broker },
      });
    beforeEach(() => addIntakes(database.knex, [partition]));

    it('reads what is left to its end, and tells of it until then', async () => {
      const some = events(3);
      await broker.publish(some);
      broker.retire(partition);
      expect(await views()).toMatchObject([
        {
          behind: 3,
          retired: { message: expect.stringContaining('read to the end') },
        },
      ]);
      start('one');
      await hasLogged(idsOf(some));
      await waitForExpect(async () => expect(await views()).toEqual([]));
      // What was taken in is not taken in again once it is configured again.
      expect(await intake()).toMatchObject({ position: expect.any(String) });
    });

    it('asks what to do where it is gone, and holds no id open; a person lets it go', async () => {
      const bus = new BrokeredBus({
        ...{ broker, knex: database.knex, relaxed: false },
        log: broker,
        logger: silentLogger(),
      });
      const before = await intake();
      const decision = {
        ...{ partition, version: before.version },
        ...{ by: 'user:default/pia', comment: 'They were tests.' },
      };
      await expect(decisions().letIntakeGo(decision)).rejects.toThrow(
        'It is configured.',
      );
      broker.remove(partition);
      expect(await views()).toMatchObject([
        {
          behind: undefined,
          retired: { message: expect.stringContaining('or let it go') },
        },
      ]);
      expect(await bus.mayBeUnread('f'.repeat(32))).toBe(false);
      await expect(
        decisions().letIntakeGo({ ...decision, version: 7 }),
      ).rejects.toThrow('It changed meanwhile.');
      await decisions().letIntakeGo(decision);
      expect(await views()).toEqual([]);
      await expect(decisions().letIntakeGo(decision)).rejects.toThrow(
        'The bus has no partition memory:0.',
      );
      const chain = await database.knex('chain').where({ stream: 'people' });
      expect(chain.flatMap(row => JSON.parse(row.records))).toMatchObject([
        { what: 'intake', partition, outcome: 'let go', by: decision.by },
      ]);
    });

    it('is shown where there is no broker any more', async () => {
      expect(await readIntakeViews(database.knex, undefined)).toMatchObject([
        { partition, retired: expect.anything() },
      ]);
    });
  });

  it('tells, from half of the way on, what will be deleted unread', async () => {
    await addIntakes(database.knex, [partition]);
    const told = async (status: object) => {
      const [view] = await readIntakeViews(database.knex, {
        health: () => ({ state: 'up', since: 0 }),
        partitions: async () => [partition],
        status: async () => [{ partition, lag: 1, ...status }],
      });
      return [view.filled, view.expiresAt];
    };
    const since = Date.now() - 40_000;
    expect(
      await told({
        ...{ unreadSince: since, keptMs: 100_000 },
        ...{ unreadBytes: 40, keptBytes: 100 },
      }),
    ).toEqual([undefined, undefined]);
    expect(
      await told({
        ...{ unreadSince: since, keptMs: 60_000 },
        ...{ unreadBytes: 60, keptBytes: 100 },
      }),
    ).toEqual([0.6, new Date(since + 60_000).toISOString()]);
  });

  it('tells of a reader that hears nothing, and reads anew', async () => {
    const { loop } = start('one');
    const [first, second] = events(2);
    await broker.publish([first]);
    await hasLogged([first.id]);
    broker.deafen(true);
    await broker.publish([second]);
    await waitForExpect(() =>
      expect(loop.deaf()).toMatchObject([{ partition }]),
    );
    broker.deafen(false);
    await hasLogged([first.id, second.id]);
    expect(loop.deaf()).toEqual([]);
  });

  it('goes on by itself once the broker is there again', async () => {
    const { loop } = start('one');
    await broker.publish(events(1));
    await waitForExpect(async () => expect(await logged()).toHaveLength(1));
    broker.down();
    // Longer than it takes to miss a probe.
    await new Promise(done => setTimeout(done, 700));
    expect(loop.deaf()).toEqual([]);
    broker.up();
    await broker.publish(events(1));
    await waitForExpect(async () => expect(await logged()).toHaveLength(2));
  });
});

it('goes on with a replica that lives when another loses its database', async () => {
  const database = await databases.open('postgres');
  const broker = new MemoryBroker({ partitions: 4 });
  const run = (replica: string, knex = database.knex) =>
    startIntake({
      ...{ broker, knex, replica, logger: silentLogger() },
      nudges: new Nudges(),
      standstills: new Standstills(),
      ingresses: [{ name: 'registry', partitions: 2 }],
      leaseMs: 1_000,
    });
  const lost = databases.again(database);
  const unreachable = async () => {
    throw new Error('The database is not reached from here.');
  };
  const one = run('one', lost);
  const published: string[] = [];
  const publish = async () => {
    const some = events(50);
    await broker.publish([...some, ...some.slice(0, 5)]);
    published.push(...some.map(({ id }) => id));
  };
  const stored = async () => (await database.knex('events').pluck('id')).sort();
  await publish();
  await waitForExpect(async () => expect(await stored()).toHaveLength(50));
  const two = run('two');
  const publishing = (async () => {
    for (let n = 0; n < 20; n++) {
      await publish();
      if (n === 5) lost.client.acquireConnection = unreachable;
      await new Promise(done => setTimeout(done, 20));
    }
  })();
  await publishing;
  await waitForExpect(async () =>
    expect(await stored()).toEqual([...published].sort()),
  );
  const holders = await database.knex('intakes').distinct('holder');
  expect(holders).toEqual([{ holder: 'two' }]);
  await two.stop();
  await one.stop().catch(() => {});
});
