import type { Knex } from 'knex';
import { claimRuns } from './claimRuns';
import { isPostgres } from './clock';
import type { Database } from './database';
import { dueSensors } from './dueSensors';
import { isParked, wakeNext, wakeParked } from './parkRuns';
import { databaseKinds, testDatabases } from './testDatabases';

jest.setTimeout(120_000);

const later = Date.now() + 3_600_000;

describe.each(databaseKinds)('what is due, on %s', kind => {
  const databases = testDatabases();
  let database: Database;

  beforeEach(async () => {
    database = await databases.open(kind);
  });

  let count = 0;
  const runs = async (
    sensor: string,
    size: number,
    more: (n: number) => object = () => ({}),
  ) => {
    const rows = Array.from({ length: size }, (_, n) => {
      count += 1;
      return {
        id: String(count).padStart(32, '0'),
        event_uid: String(count).padStart(32, '0'),
        sensor,
        revision: 1,
        title: 'Run',
        owner_ref: 'group:default/platform',
        mode: 'auto',
        blocks_lane: false,
        state: 'queued',
        step: 0,
        attempt: 0,
        steps: '[]',
        due_at: n,
        version: 1,
        created_at: 0,
        ...more(n),
      };
    });
    await database.knex.batchInsert('runs', rows, 500);
  };
  const claim = (wanted: Record<string, number>, knex = database.knex) =>
    claimRuns(knex, {
      replica: 'a',
      claimMs: 60_000,
      wanted: Object.entries(wanted).map(([sensor, take]) => ({
        sensor,
        take,
      })),
    });

  it('is told sensor by sensor, as many as one asks for', async () => {
    await runs('a', 3);
    await runs('b', 1, () => ({ due_at: 7, priority: 1 }));
    await runs('c', 1, () => ({ due_at: later }));
    await runs('d', 2, () => ({ state: 'ended' }));
    await runs('e', 1, () => ({ state: 'waiting' }));
    const first = await dueSensors(database.knex, { after: '', limit: 2 });
    expect(first).toEqual({
      due: [
        { sensor: 'a', dueAt: 0, priority: 0 },
        { sensor: 'b', dueAt: 7, priority: 1 },
      ],
      next: 'b',
    });
    expect(
      await dueSensors(database.knex, { after: first.next!, limit: 3 }),
    ).toEqual({ due: [{ sensor: 'e', dueAt: 0, priority: 0 }] });
  });

  it('is taken up to each share, the longest due first, where the lane allows', async () => {
    await runs('a', 10, n => ({ due_at: 10 - n }));
    await runs('b', 4, n => ({
      lane: n < 3 ? 'one' : 'two',
      blocks_lane: true,
    }));
    await runs('c', 1);
    const taken = await claim({ a: 2, b: 5, gone: 1 });
    expect(taken.map(run => [run.sensor, run.seq])).toEqual([
      ['a', 9],
      ['a', 10],
      ['b', 11],
      ['b', 14],
    ]);
    expect(await claim({ b: 5 })).toEqual([]);
  });

  it('is taken once, however many take at the same time', async () => {
    await runs('a', 200);
    const replicas: Knex[] =
      kind === 'sqlite'
        ? [database.knex]
        : [database.knex, databases.again(database)];
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        claim({ a: 25 }, replicas[n % replicas.length]),
      ),
    );
    const ids = taken.flat().map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(150);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is woken where its lane allows it, however old the one behind another is', async () => {
    const topic = 'breaker a ';
    const inLane = (lane: string, more: object) => () => ({
      ...{ lane, blocks_lane: true, due_at: later },
      ...more,
    });
    await runs('a', 1, inLane('one', {}));
    await runs('a', 1, inLane('one', { topic }));
    await runs('a', 1, inLane('two', { topic, created_at: 1 }));
    const { knex } = database;
    expect(await wakeNext(knex, topic)).toBe(true);
    expect((await claim({ a: 5 })).map(({ lane }) => lane)).toEqual(['two']);
    expect(await wakeNext(knex, topic)).toBe(false);
    expect(await isParked(knex, topic)).toBe(true);
  });

  it('is found by an index that does not walk through 50,000 that wait', async () => {
    const topic = 'breaker a ';
    await runs('a', 10_000, () => ({ state: 'ended', ended_at: 1 }));
    await runs('a', 50_000, n => ({ topic, due_at: later, created_at: n }));
    await runs('b', 1);
    await database.knex.raw('analyze');
    const { rows, plan } = await costOf(database.knex, async () => {
      await dueSensors(database.knex, { after: '', limit: 200 });
      await claim({ a: 100, b: 100 });
      await database.knex.transaction(tx => wakeParked(tx, topic, 200));
      await database.knex.transaction(tx => wakeNext(tx, topic));
    });
    expect(rows.length).toBe(kind === 'postgres' ? 4 : 0);
    expect(Math.max(0, ...rows)).toBeLessThanOrEqual(1_000);
    expect(plan).not.toMatch(/^SCAN (r|runs)\b|Seq Scan on runs/m);
    expect(plan).toMatch(
      kind === 'postgres'
        ? /runs_due.*\n\s*Index Cond: \(\(sensor = v\.sensor\) AND \(due_at <= /
        : /USING INDEX runs_due \(sensor=\? AND due_at<\?\)/,
    );
    expect(plan).toMatch(/runs_topic/);
  });
});

/** Runs statements by themselves and explained: how they went, and how many rows each touched. */
async function costOf(
  knex: Knex,
  work: () => Promise<unknown>,
): Promise<{ rows: number[]; plan: string }> {
  const said: Array<{ sql: string; bindings: unknown[] }> = [];
  const note = ({ sql, bindings }: (typeof said)[number]) => {
    if (/^\s*(with|update|select)/i.test(sql)) said.push({ sql, bindings });
  };
  knex.on('query', note);
  await work();
  knex.off('query', note);
  const rows: number[] = [];
  const plans: string[] = [];
  for (const { sql, bindings } of said) {
    if (!isPostgres(knex)) {
      const found = await knex.raw(
        `explain query plan ${sql}`,
        bindings as never,
      );
      plans.push(...found.map(({ detail }: { detail: string }) => detail));
      continue;
    }
    const connection = await knex.client.acquireConnection();
    try {
      await connection.query('begin');
      const { rows: lines } = await connection.query(
        `explain (analyze, costs off) ${sql}`,
        bindings,
      );
      await connection.query('rollback');
      const text: string[] = lines.map(
        (line: Record<string, string>) => line['QUERY PLAN'],
      );
      plans.push(...text);
      const touched = text
        .join('\n')
        .matchAll(/rows=(\d+)|Rows Removed by Filter: (\d+)/g);
      rows.push(Math.max(...[...touched].map(([, a, b]) => Number(a ?? b))));
    } finally {
      await knex.client.releaseConnection(connection);
    }
  }
  return { rows, plan: plans.join('\n') };
}
