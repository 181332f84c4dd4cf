import {
  MemorySource,
  type SentMessage,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { eventFromRow } from '../../store/eventRow';
import type { Database } from '../../store/database';
import { holdIntake } from '../../store/intakes';
import { databaseKinds, testDatabases } from '../../store/testDatabases';
import { cloud, mapped, sourceReplica } from './__testUtils__/sourceReplica';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();
const table = 'source_intakes';
const key = 'orders/orders:0';

/** A CloudEvent in binary mode. */
const event = (id: string | undefined, more: object = {}): SentMessage => ({
  key: 'shop',
  value: `{"id": "${id}"}`,
  headers: {
    ...{
      ce_specversion: '1.0',
      ce_source: '/orders',
      ce_type: 'orders.placed',
    },
    ...(id !== undefined && { ce_id: id }),
    ...more,
  },
});
const some = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => event(`e${from + at}`));
const idsOf = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => `e${from + at}`);

describe.each(databaseKinds)('event sources that are pulled, on %s', kind => {
  let database: Database;
  let outside: MemorySource;
  let ends: Array<() => Promise<unknown>>;
  beforeEach(async () => {
    database = await databases.open(kind);
    outside = new MemorySource();
    ends = [];
  });
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
  });

  const start = (
    options: Partial<Parameters<typeof sourceReplica>[0]> = {},
  ) => {
    const replica = sourceReplica({ database, outside, ...options });
    ends.push(replica.stop);
    replica.sources.start();
    return replica;
  };
  const logged = () => database.knex('events').orderBy('seq').pluck('id');
  const hasLogged = (ids: string[]) =>
    waitForExpect(async () => expect(await logged()).toEqual(ids));
  const viewOf = async ({ sources }: ReturnType<typeof start>) =>
    (await sources.views())[0];
  const isRead = (replica: ReturnType<typeof start>) =>
    waitForExpect(async () =>
      expect((await viewOf(replica)).partitions[0]).toMatchObject({
        behind: 0,
      }),
    );

  it('brings CloudEvents of both modes into the log, each once and in order', async () => {
    outside.send(some(0, 150));
    outside.send([
      event('e3'),
      {
        value:
          '{"specversion":"1.0","id":"structured","source":"/orders/2","type":"orders.paid","data": {"n": 1.0} }',
        headers: { 'content-type': 'application/cloudevents+json' },
      },
      event(undefined),
    ]);
    const replica = start();
    await waitForExpect(async () => expect(await logged()).toHaveLength(152));
    const rows = await database.knex('events').orderBy('seq');
    const events = rows.map(eventFromRow);
    expect(events.slice(0, 150).map(({ id }) => id)).toEqual(idsOf(0, 150));
    expect(events[150]).toMatchObject({
      ...{ id: 'structured', ingress: 'orders', principal: 'source:orders' },
    });
    expect(String(events[150].data)).toBe('{"n": 1.0}');
    // What has no id is known by its place, and by its time where that comes again.
    expect(events[151].id).toMatch(/^orders\/0\/152@\d+$/);
    await isRead(replica);
    expect(await viewOf(replica)).toMatchObject({
      ...{ name: 'orders', kind: 'memory', state: 'reading', refused: 0 },
    });
  });

  it('takes nothing in twice where the position could not be written, and loses nothing', async () => {
    const replica = start();
    await isRead(replica);
    const refuse = {
      sqlite: [
        `create trigger crash before update of position on ${table}
          begin select raise(abort, 'crash'); end`,
        'drop trigger crash',
      ],
      postgres: [
        `create function crash() returns trigger language plpgsql as
          $$ begin raise exception 'crash'; end $$;
         create trigger crash before update of position on ${table}
          for each row execute function crash()`,
        `drop trigger crash on ${table}`,
      ],
    }[kind];
    await database.knex.raw(refuse[0]);
    outside.send(some(0, 3));
    await hasLogged(idsOf(0, 3));
    await waitForExpect(async () => {
      const { state, partitions } = await viewOf(replica);
      expect(state).toBe('waiting');
      expect(partitions[0].trouble?.message).toContain('log of the backend');
      expect(partitions[0].behind).toBe(3);
    });
    await replica.stop();
    await database.knex.raw(refuse[1]);
    const next = start();
    outside.send(some(3, 1));
    await hasLogged(idsOf(0, 4));
    await isRead(next);
    await waitForExpect(async () =>
      expect(await viewOf(next)).toMatchObject({ state: 'reading' }),
    );
  });

  it('tells how it stands without asking outside, where the lag is not wanted', async () => {
    const replica = start();
    await isRead(replica);
    const [{ partitions }] = await replica.sources.views({ lag: false });
    expect(partitions).toMatchObject([{ position: expect.any(String) }]);
    expect(partitions[0].behind).toBeUndefined();
  });

  it('is read by one replica at a time', async () => {
    await isRead(start());
    const holder = () => database.knex(table).pluck('holder');
    let first: unknown;
    await waitForExpect(async () => {
      [first] = await holder();
      expect(first).toEqual(expect.any(String));
    });
    await isRead(start());
    outside.send(some(0, 20));
    await hasLogged(idsOf(0, 20));
    expect(await holder()).toEqual([first]);
  });

  it('is taken over once nobody holds it any more', async () => {
    const first = start();
    await isRead(first);
    await first.stop();
    const dead = { partition: key, holder: 'dead', forMs: 2_000 };
    expect(await holdIntake(database.knex, dead, table)).toBeDefined();
    outside.send(some(0, 5));
    start();
    await hasLogged(idsOf(0, 5));
    expect(await holdIntake(database.knex, dead, table)).toBeUndefined();
  });

  it('begins a topic that was never read where it is told, and what comes to it later at its oldest', async () => {
    outside.send(some(0, 2));
    const source = { ...cloud, start: 'latest' };
    const first = start({ source });
    await waitForExpect(async () =>
      expect(await database.knex(table)).toHaveLength(1),
    );
    await first.stop();
    // What came while nobody read is not passed over.
    outside.send(some(2, 1));
    outside.addPartition();
    outside.send(some(3, 1), 1);
    start({ source });
    await waitForExpect(async () =>
      expect((await logged()).sort()).toEqual(idsOf(2, 2)),
    );
  });

  it('keeps what is no event of its ingress for a person, with its reason, and takes in what lies around it', async () => {
    outside.send([
      event('e0'),
      { value: 'password=hunter2' },
      event('type', { ce_type: 'secrets.read' }),
      event('source', { ce_source: '/other' }),
      { ...event('large'), value: 'x'.repeat(1_001) },
      { ...event('time', { ce_time: 'soon' }) },
      {
        value: '{"specversion":',
        headers: { 'content-type': 'application/cloudevents+json' },
      },
      event('e1'),
    ]);
    const replica = start();
    await hasLogged(['e0', 'e1']);
    await isRead(replica);
    const { items } = await replica.sources.refused({ limit: 10 });
    expect(items.map(({ place, reason }) => [place, reason])).toEqual(
      [
        [1, 'It is no CloudEvent'],
        [2, 'gitopsEvents.ingresses.orders.types'],
        [3, 'belongs to the ingress other, and this feeds orders'],
        [4, 'at most 1000 are allowed'],
        [5, 'time: It is no RFC 3339 time'],
        [6, 'The body is not JSON'],
      ].map(([at, reason]) => [
        `orders/0/${at}`,
        expect.stringContaining(String(reason)),
      ]),
    );
    expect(await viewOf(replica)).toMatchObject({ refused: 6 });
    const oldestAt = items[0].at;
    expect(await replica.sources.waiting()).toEqual({ count: 6, oldestAt });
    const page = await replica.sources.refused({ limit: 2 });
    const cursor = page.nextCursor;
    const rest = await replica.sources.refused({ limit: 10, cursor });
    expect([...page.items, ...rest.items]).toEqual(items);
  });

  it('maps messages, and takes a refused one in once the map is mended', async () => {
    outside.send([
      { key: 'a', value: '{"kind":"placed","id":1}', headers: { x: '1' } },
      { key: 'b', value: '{"id":2,"token":"abc"}' },
      { value: 'text' },
    ]);
    const first = start({ source: mapped });
    await isRead(first);
    const [row] = await database.knex('events');
    expect(eventFromRow(row)).toMatchObject({
      ...{ type: 'orders.placed', source: '/orders', partitionKey: 'a' },
      ...{ dataContentType: 'application/json', time: expect.any(String) },
      id: expect.stringMatching(/^orders\/0\/0@\d+$/),
    });
    const { items } = await first.sources.refused({ limit: 10 });
    expect(items).toMatchObject([
      { key: 'b', excerpt: '{"id":2,"token":"••••••"}' },
      { excerpt: 'text' },
    ]);
    expect(items[0].reason).toContain('kind');
    const by = { by: 'user:default/pia', comment: 'Mended.' };
    const [one, two] = items.map(({ number }) => ({ number, ...by }));
    const { decisions } = first.sources;
    await expect(decisions.retryRefusedMessage(one)).rejects.toThrow(
      'It is refused again.',
    );
    await first.stop();
    const type = '"orders." + (has(value.kind) ? value.kind : "other")';
    const source = { ...mapped, map: { ...mapped.map, type } };
    const { sources } = start({ source });
    await sources.decisions.retryRefusedMessage(one);
    await sources.decisions.discardRefusedMessage(two);
    expect((await sources.refused({ limit: 10 })).items).toEqual([]);
    await expect(sources.decisions.discardRefusedMessage(two)).rejects.toThrow(
      'There is no such refused message.',
    );
    const types = await database.knex('events').orderBy('seq').pluck('type');
    expect(types).toEqual(['orders.placed', 'orders.other']);
    const chain = await database.knex('chain').where({ stream: 'people' });
    expect(chain.flatMap(each => JSON.parse(each.records))).toMatchObject([
      { what: 'refused message', outcome: 'accepted', ...by },
      { what: 'refused message', outcome: 'discarded', ...by },
    ]);
  });

  it('waits where its ingress takes no more, and goes on after that', async () => {
    let waiting = 5;
    const replica = start({
      ingress: { maxUndecided: 5 },
      undecided: async () => waiting,
    });
    outside.send(some(0, 3));
    await waitForExpect(async () => {
      const { state, partitions } = await viewOf(replica);
      expect(state).toBe('waiting');
      expect(partitions[0].trouble?.message).toContain('maxUndecided');
    });
    expect(await logged()).toEqual([]);
    waiting = 0;
    await hasLogged(idsOf(0, 3));
    await waitForExpect(async () =>
      expect(await viewOf(replica)).toMatchObject({ state: 'reading' }),
    );
  });

  it('waits while too many refused messages wait for a person', async () => {
    const replica = start({ source: { ...cloud, maxRefused: 2 } });
    await isRead(replica);
    const noise = (value: string) => ({ value });
    outside.send([noise('one'), noise('two')]);
    await isRead(replica);
    outside.send([noise('three'), event('e0')]);
    await waitForExpect(async () =>
      expect((await viewOf(replica)).partitions[0]).toMatchObject({
        trouble: { message: expect.stringContaining('maxRefused') },
        behind: 2,
      }),
    );
    const { items } = await replica.sources.refused({ limit: 10 });
    expect(items).toHaveLength(2);
    const decision = { by: 'user:default/pia', comment: 'Noise.' };
    await replica.sources.decisions.discardRefusedMessage({
      ...{ number: items[0].number, ...decision },
    });
    await isRead(replica);
    await hasLogged(['e0']);
    expect(await viewOf(replica)).toMatchObject({ refused: 2 });
  });

  it('stops a partition where something is lost, until a person says from where to go on', async () => {
    const first = start();
    outside.send(some(0, 2));
    await isRead(first);
    await first.stop();
    outside.send(some(2, 4));
    outside.deleteOldest(4);
    const replica = start();
    await waitForExpect(async () =>
      expect(await viewOf(replica)).toMatchObject({
        state: 'stopped',
        partitions: [
          { stopped: { message: expect.stringContaining('deleted') } },
        ],
      }),
    );
    const [{ partition, version }] = (await viewOf(replica)).partitions;
    const { decisions } = replica.sources;
    const decision = {
      ...{ source: 'orders', partition, version, from: 'oldest' as const },
      ...{ by: 'user:default/pia', comment: 'They were tests.' },
    };
    const wrong = [
      [{ source: 'none' }, 'There is no event source none.'],
      [{ partition: 'none' }, 'has no partition none.'],
      [{ version: version - 1 }, 'It changed meanwhile. Look again.'],
    ] as const;
    for (const [change, message] of wrong) {
      await expect(
        decisions.letSourceGoOn({ ...decision, ...change }),
      ).rejects.toThrow(message);
    }
    await decisions.letSourceGoOn(decision);
    await hasLogged([...idsOf(0, 2), ...idsOf(4, 2)]);
    await expect(decisions.letSourceGoOn(decision)).rejects.toThrow(
      'It goes on already.',
    );
    const chain = await database
      .knex('chain')
      .whereIn('stream', ['intake', 'people']);
    expect(chain.flatMap(row => JSON.parse(row.records))).toMatchObject([
      { what: 'source', partition: key, outcome: 'stopped' },
      { what: 'source', partition: key, outcome: 'goes on', from: 'oldest' },
    ]);
  });

  it('says that it cannot be reached, and goes on by itself', async () => {
    outside.down();
    const replica = start();
    await waitForExpect(async () =>
      expect(await viewOf(replica)).toMatchObject({
        ...{ state: 'waiting', trouble: 'It was taken down.' },
      }),
    );
    outside.up();
    outside.send(some(0, 1));
    await hasLogged(['e0']);
    outside.down();
    await waitForExpect(async () =>
      expect((await viewOf(replica)).partitions[0]).toMatchObject({
        trouble: { message: 'It was taken down.' },
      }),
    );
    outside.up();
    await waitForExpect(async () =>
      expect(await viewOf(replica)).toMatchObject({ state: 'reading' }),
    );
  });
});
