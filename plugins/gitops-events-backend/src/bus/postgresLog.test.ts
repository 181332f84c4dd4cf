import type { IncomingEvent } from '@gitops-events/plugin-gitops-events-node';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { Knex } from 'knex';
import type { Database } from '../store/database';
import { insertEvents } from '../store/insertEvents';
import { systemIdentifier } from '../store/postgres';
import { testDatabases } from '../store/testDatabases';
import { adoptRestored } from './afterRestore';
import { betweenSnapshots, postgresLog } from './postgresLog';
import type { PartitionLog } from './partitionLog';

const databases = testDatabases();
const partition = 'registry/0';

describe('the log on postgres', () => {
  let database: Database;
  let knex: Knex;
  let log: PartitionLog;

  beforeEach(async () => {
    database = await databases.open('postgres');
    knex = database.knex;
    log = postgresLog(knex, await systemIdentifier(knex));
  });

  const insert = (events: IncomingEvent[], on: Knex = knex) =>
    insertEvents(
      on,
      events.map(event => ({ event, partition })),
    );
  /** As a replica before the last upgrade: it takes no turns. */
  const insertUnordered = (events: IncomingEvent[], on: Knex) =>
    on('events').insert(
      events.map(({ uid, ingress, principal, id, source, type }) => ({
        uid,
        partition,
        ingress,
        principal,
        id,
        source,
        type,
        depth: 0,
        accepted_at: Date.now(),
      })),
    );
  const some = (count: number) =>
    Array.from({ length: count }, () => incomingEvent());
  const ids = (events: Array<{ id: string }>) => events.map(({ id }) => id);

  /** Reads to the end, in batches of `limit`. */
  async function readOn(from: string | undefined, limit = 7) {
    const found: string[] = [];
    let position = from;
    for (;;) {
      const next = await log.next({ partition, from: position, limit });
      position = next.position;
      if (!next.batch) return { found, position };
      expect(next.batch.next).toBe(position);
      found.push(...ids(next.batch.events));
    }
  }

  it('delivers 50 events while strangers keep write transactions open', async () => {
    const stranger = await databases.empty('postgres');
    const elsewhere = await stranger.transaction();
    await elsewhere.raw('create table theirs (n int)');
    const here = await databases.again(database).transaction();
    await here('active_set').update({ generation: 7 });
    try {
      const { position } = await readOn(undefined);
      const events = some(50);
      for (const event of events) await insert([event]);
      expect((await readOn(position)).found).toEqual(ids(events));
    } finally {
      await elsewhere.rollback();
      await here.rollback();
    }
  });

  it('does not skip a late committer with a lower number', async () => {
    const [early, late, later, last] = some(4);
    const slow = await databases.again(database).transaction();
    await insertUnordered([late], slow);
    await insert([early]);
    const first = await readOn(undefined);
    expect(first.found).toEqual(ids([early]));

    await insert([later]);
    const second = await readOn(first.position);
    expect(second.found).toEqual(ids([later]));
    expect(await log.lag({ partition, from: second.position, atMost: 9 })).toBe(
      0,
    );

    await slow.commit();
    expect(await log.lag({ partition, from: second.position, atMost: 9 })).toBe(
      1,
    );
    await insert([last]);
    const third = await readOn(second.position);
    expect(third.found).toEqual(ids([late, last]));
    expect((await readOn(third.position)).found).toEqual([]);
  });

  it('never gives what was rolled back', async () => {
    const [kept, gone] = some(2);
    const other = await databases.again(database).transaction();
    await insertUnordered([gone], other);
    await insert([kept]);
    const { found, position } = await readOn(undefined);
    await other.rollback();
    expect(found).toEqual(ids([kept]));
    expect((await readOn(position)).found).toEqual([]);
  });

  it('gives each event once to a reader among many writers', async () => {
    const events = some(240);
    const writers = Array.from({ length: 4 }, () => databases.again(database));
    const read: string[] = [];
    let position: string | undefined;
    let writing = true;
    const reading = (async () => {
      for (;;) {
        const last = !writing;
        const next = await readOn(position, 5);
        read.push(...next.found);
        position = next.position;
        if (last) return;
      }
    })();
    await Promise.all(
      writers.map(async (writer, n) => {
        for (let index = n; index < events.length; index += writers.length) {
          // Open for a while, so that commits overtake each other.
          await writer.transaction(async tx => {
            await insert([events[index]], tx);
            if (index % 3 === 0) await tx.raw('select pg_sleep(0.005)');
          });
        }
      }),
    );
    writing = false;
    await reading;
    expect(read.slice().sort()).toEqual(ids(events).sort());
    // Each writer waits for its commit, so its own order must be kept.
    for (let n = 0; n < writers.length; n++) {
      const own = ids(
        events.filter((_, index) => index % writers.length === n),
      );
      expect(read.filter(id => own.includes(id))).toEqual(own);
    }
  });

  it('counts what is not decided without reading it', async () => {
    const { position } = await readOn(undefined);
    await insert(some(30));
    const { position: reached } = await log.next({
      partition,
      from: position,
      limit: 10,
    });
    await insert(some(5));
    const answered: string[] = [];
    const listen = (response: { rows?: object[] }) =>
      answered.push(JSON.stringify(response?.rows));
    knex.on('query-response', listen);
    const lag = (from: string | undefined, atMost = 1_000) =>
      log.lag({ partition, from, atMost });
    expect([
      await lag(undefined),
      await lag(position),
      await lag(reached),
      await lag(reached, 7),
    ]).toEqual([35, 35, 25, 7]);
    knex.off('query-response', listen);
    // However large the payloads are.
    expect(answered.length).toBeGreaterThan(3);
    expect(Math.max(...answered.map(text => text.length))).toBeLessThan(100);
  });

  it('counts by who brought it, in both ranges of a position', async () => {
    const by = (principal: string, count: number) =>
      insert(some(count).map(event => ({ ...event, principal })));
    await by('a', 6);
    await by('b', 10);
    const { position: reached } = await log.next({
      partition,
      from: undefined,
      limit: 4,
    });
    await by('c', 5);
    const waiting = async (from: string | undefined, atMost = 1_000) =>
      Object.fromEntries(await log.lagBy({ partition, from, atMost }));
    expect(await waiting(undefined)).toEqual({ a: 6, b: 10, c: 5 });
    expect(await waiting(reached)).toEqual({ a: 2, b: 10, c: 5 });
    const few = Object.values(await waiting(reached, 14));
    expect(few.reduce((total, count) => total + count)).toBe(14);
  });

  it('finds its rows by ranges of the index, already in order', async () => {
    await knex.raw(
      `insert into events (uid, partition, ingress, principal, id, source, type, depth, accepted_at, xid)
       select md5(n::text), 'other/' || n % 10, '', '', '', '', '', 0, 0, (n + 100)::text::xid8
       from generate_series(1, 20000) n`,
    );
    await knex.raw('analyze events');
    const plan = (older: string, newer?: string): Promise<string> =>
      knex.transaction(async tx => {
        const { sql, bindings } = betweenSnapshots({
          partition: 'other/3',
          older,
          newer,
          reached: { xid: '500', seq: '1' },
          limit: 200,
        });
        // What reads up to now is planned once a connection, whatever is asked later.
        const mode = newer === undefined ? 'generic' : 'custom';
        await tx.raw(`set local plan_cache_mode = force_${mode}_plan`);
        const native = tx.raw(sql, bindings).toSQL().toNative().sql;
        await tx.raw(`prepare reading as ${native}`);
        const values = bindings.map(value => `'${value}'`).join(', ');
        const { rows } = await tx.raw(`explain execute reading(${values})`);
        await tx.raw('deallocate reading');
        return rows
          .map((row: Record<string, string>) => row['QUERY PLAN'])
          .join('\n');
      });
    for (const newer of [undefined, '900000:900000:']) {
      const range = await plan('400:400:', newer);
      expect(range).toMatch(/Index Scan using events_partition_xid_seq_index/);
      expect(range).not.toMatch(/Seq Scan on events|Bitmap/);
      const late = await plan('600:800:600,700', newer);
      expect(late).toMatch(/events_partition_xid_seq_index/);
      expect(late).not.toMatch(/Seq Scan on events/);
    }
  });

  describe('after a dump was restored into another cluster', () => {
    it.each([
      ['lower', '-300'],
      ['higher', '900000000'],
    ])('whose transaction ids are %s', async (_, offset) => {
      const decided = some(5);
      const undecided = some(6);
      const late = some(1);
      const slow = await databases.again(database).transaction();
      await insertUnordered(late, slow);
      await insert(decided.slice(0, 2));
      const first = await readOn(undefined);
      await insert([...decided.slice(2), ...undecided.slice(0, 3)]);
      const half = await log.next({
        partition,
        from: first.position,
        limit: 3,
      });
      await slow.commit();
      await insert(undecided.slice(3));
      await keepPosition(half.position!);
      await shiftIds(offset);

      const system = await systemIdentifier(knex);
      expect(await adoptRestored(knex, system)).toEqual([partition]);
      const { position } = await knex('positions').first();
      const more = some(2);
      await insert(more);
      const { found } = await readOn(position, 4);
      expect(found).toEqual(ids([...late, ...undecided, ...more]));
      expect(await adoptRestored(knex, system)).toEqual([]);
    });

    it('reads what nobody had begun to decide', async () => {
      const events = some(3);
      await insert(events);
      await shiftIds('900000000');
      expect((await readOn(undefined)).found).toEqual([]);
      const own = await systemIdentifier(knex);
      expect(await adoptRestored(knex, own)).toEqual([partition]);
      expect((await readOn(undefined)).found).toEqual(ids(events));
    });

    it('reads what comes to a partition of which nothing was left', async () => {
      const all = '900000000:900000000:';
      await keepPosition(
        JSON.stringify({ system: 'another', older: all, newer: all }),
      );
      const own = await systemIdentifier(knex);
      await adoptRestored(knex, own);
      const { position } = await knex('positions').first();
      const events = some(3);
      await insert(events);
      expect((await readOn(position)).found).toEqual(ids(events));
    });

    it('waits for nobody who decides, where nothing came from elsewhere', async () => {
      const own = await systemIdentifier(knex);
      await insert(some(1));
      await keepPosition(JSON.stringify({ system: own, newer: '3:3:' }));
      const stalled = await databases.again(database).transaction();
      try {
        await stalled('positions').update({ clock: 2 });
        expect(await adoptRestored(knex, own)).toEqual([]);
      } finally {
        await stalled.rollback();
      }
    });

    it('leaves alone what another replica accepts at the same time', async () => {
      const own = await systemIdentifier(knex);
      const other = await databases.again(database).transaction();
      await other.raw('lock table events in access exclusive mode');
      const adopting = adoptRestored(knex, own);
      // Its snapshot is taken, and it waits to look at the events.
      for (let waits = false; !waits;) {
        const { rows } = await other.raw(
          `select 1 from pg_locks where not granted and relation = 'events'::regclass`,
        );
        waits = rows.length > 0;
      }
      const events = some(3);
      await insert(events, other);
      await other.commit();
      const before = await knex('events').orderBy('seq').pluck('xid');
      expect(await adopting).toEqual([]);
      expect(await knex('events').orderBy('seq').pluck('xid')).toEqual(before);
      expect((await readOn(undefined)).found).toEqual(ids(events));
    });

    async function keepPosition(position: string) {
      await knex('positions').insert({
        partition,
        version: 1,
        position,
        clock: 1,
      });
    }

    /** Makes ids and positions as another cluster would have them: the same distances, elsewhere. */
    async function shiftIds(offset: string) {
      await knex.raw(
        'update events set xid = (xid::text::bigint + ?::bigint)::text::xid8',
        [offset],
      );
      const row = await knex('positions').first();
      if (!row) return;
      const shifted = (text: string) =>
        text.replace(/\d+/g, id => String(Number(id) + Number(offset)));
      const position = JSON.parse(row.position);
      await knex('positions').update({
        position: JSON.stringify({
          system: 'another cluster',
          older: shifted(position.older),
          newer: shifted(position.newer),
          reached: { ...position.reached, xid: shifted(position.reached.xid) },
        }),
      });
    }
  });
});
