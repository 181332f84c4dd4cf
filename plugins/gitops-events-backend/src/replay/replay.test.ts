import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { activate, testSensor } from '../pipeline/testSensor';
import { eventUid } from '../pipeline/accept';
import { Sandbox } from '../sandbox';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import {
  decideForReal,
  everythingLive,
  read,
  replica,
  store,
  type PastEvent,
} from './__testUtils__/past';
import { claimReplay } from './claimReplay';
import { findingOf } from './findings';
import { takePage, ReplayMoved } from './takePage';

jest.setTimeout(120_000);

const databases = testDatabases();
const sandbox = new Sandbox({ expressionMs: 2_000, expressionHeapMb: 128 });
afterAll(() => sandbox.stop());

const start = Date.UTC(2026, 0, 5, 10);
const uid = (id: string) => eventUid('/test', id);
const listens = { name: 'pushed', ingress: 'test', type: 'test.event' };
const sensor = (name: string, spec: Partial<SensorInput['spec']> = {}) =>
  testSensor(name, { dependencies: [listens], ...spec });

/** The same each time; keys come again soon, later, and much later. */
function someEvents(count: number): PastEvent[] {
  let at = start;
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  return Array.from({ length: count }, (_, place) => {
    at += random(9) === 0 ? random(900_000) : random(20_000);
    return {
      id: `e${place}`,
      at,
      type: random(3) === 0 ? 'test.scanned' : 'test.event',
      data: { key: `k${random(4)}`, size: random(10) },
    };
  });
}

const both = [listens, { ...listens, name: 'scanned', type: 'test.scanned' }];
const key = 'event.data.key';
const rules = {
  plain: {},
  dedupe: { dedupe: { key, for: '5m' } },
  lasting: { dedupe: { key, for: '9999d' } },
  limited: { rateLimit: { key, max: 2, per: '1m', over: 'drop' } },
  delayed: { rateLimit: { key, max: 2, per: '1m', atMost: '3m' } },
  join: { dependencies: both, window: { key, join: { within: '2m' } } },
  count: { window: { key, count: { of: 3, within: '1m' } } },
  batch: { window: { key, batch: { size: 4, within: '1m' } } },
  debounce: { window: { key, debounce: { quiet: '10s', atMost: '1m' } } },
  cooldown: {
    window: { key, cooldown: { for: '1m' } },
    dedupe: { key: 'event.data.size', for: '30s' },
  },
  failing: { dependencies: [{ ...listens, filter: 'event.data.gone' }] },
} satisfies Record<string, Partial<SensorInput['spec']>>;

describe.each(databaseKinds)('a replay on %s', kind => {
  let database: Database;
  let knex: Knex;
  let one: ReturnType<typeof replica>;

  beforeEach(async () => {
    database = await databases.open(kind);
    ({ knex } = database);
    one = replica(knex);
  });
  afterEach(() => one.stop());

  const findings = async (id: string) =>
    (await knex('replay_findings').where({ replay_id: id }).orderBy('seq'))
      .map(findingOf)
      .map(({ eventUid: of, difference }) => [of, difference]);

  /** Events e0 to e4, each with its number as its size. */
  const storeSizes = () =>
    store(
      knex,
      Array.from({ length: 5 }, (_, size) => ({
        id: `e${size}`,
        at: start + size,
        data: { size },
      })),
    );

  it('says what the engine said, of every kind of memory, and leaves no trace in what is live', async () => {
    const active = Object.entries(rules).map(([name, spec]) =>
      sensor(name, spec),
    );
    await activate(knex, active);
    await store(knex, someEvents(700));
    await decideForReal(knex, sandbox);
    const before = await everythingLive(knex);
    expect(before.sensor_state.length).toBeGreaterThan(0);
    expect(before.timers.length).toBeGreaterThan(0);
    expect(before.runs.length).toBeGreaterThan(100);

    for (const rule of active) {
      const replay = await one.finish(await one.create(rule));
      expect({ ...replay.counts, rule: rule.metadata.name }).toMatchObject({
        rule: rule.metadata.name,
        firesNow: 0,
        noLongerFires: 0,
        other: 0,
        waiting: 0,
        uncompared: 0,
        alike: replay.counts.decided,
        passed: 700,
        total: 700,
      });
      expect(replay.counts.decided).toBeGreaterThan(300);
      expect(replay.state).toBe('done');
    }

    expect(await everythingLive(knex)).toEqual(before);
    for (const table of ['replay_state', 'replay_timers', 'replay_findings']) {
      expect(await knex(table)).toEqual([]);
    }
  });

  it('looks back as far as the sensor remembers, so that a duplicate is one', async () => {
    const rule = sensor('dedupe', { dedupe: { key, for: '24h' } });
    await activate(knex, [rule]);
    const data = { key: 'same' };
    await store(knex, [
      { id: 'first', at: start, data },
      { id: 'again', at: start + 3_600_000, data },
    ]);
    await decideForReal(knex, sandbox);

    const from = new Date(start + 60_000).toISOString();
    const replay = await one.finish(
      await one.create(rule, { events: { from } }),
    );

    expect(replay.counts).toMatchObject({ decided: 1, alike: 1, fired: 0 });
  });

  it('tells which events fire now, and which no longer do', async () => {
    const before = sensor('rule', {
      dependencies: [{ ...listens, filter: 'event.data.size < 3' }],
    });
    await activate(knex, [before]);
    await storeSizes();
    await decideForReal(knex, sandbox);

    const after = sensor('rule', {
      dependencies: [{ ...listens, filter: 'event.data.size in [1, 2, 3]' }],
    });
    const id = await one.create(after);
    const replay = await one.finish(id);

    expect(replay.counts).toMatchObject({
      decided: 5,
      fired: 3,
      firesNow: 1,
      noLongerFires: 1,
      alike: 3,
    });
    expect(await findings(id)).toEqual([
      [uid('e0'), 'noLongerFires'],
      [uid('e3'), 'firesNow'],
    ]);
  });

  it.each([
    [{ uids: [uid('e3'), uid('e1')] }, 2],
    [{ from: new Date(start + 2).toISOString() }, 3],
    [
      {
        from: new Date(start + 1).toISOString(),
        to: new Date(start + 3).toISOString(),
      },
      3,
    ],
    [{ from: '2026-01-01T00:00:00Z', filter: 'event.data.size > 3' }, 1],
    [{ from: '2026-01-01T00:00:00Z', filter: 'event.data.gone > 3' }, 0],
    [{ from: '2026-01-01T00:00:00Z', said: 'notFired' as const }, 3],
    [{ from: '2026-01-01T00:00:00Z', said: 'fired' as const }, 2],
    [{ from: '2026-01-01T00:00:00Z', type: 'test.scanned' }, 0],
    [{ from: '2026-01-01T00:00:00Z', type: 'test.*' }, 5],
  ])('takes the events of %j alone: %i', async (events, count) => {
    const rule = sensor('rule', {
      dependencies: [{ ...listens, filter: 'event.data.size < 2' }],
    });
    await activate(knex, [rule]);
    await storeSizes();
    await decideForReal(knex, sandbox);

    const replay = await one.finish(await one.create(rule, { events }));

    expect(replay).toMatchObject({
      state: 'done',
      counts: { decided: count, alike: count },
    });
  });

  it('leaves alone what arrives while it runs', async () => {
    const rule = sensor('rule');
    await store(knex, someEvents(300));
    const id = await one.create(rule);
    await one.turn();
    await store(knex, [{ id: 'late', at: Date.now() + 60_000 }]);

    const replay = await one.finish(id);

    expect(replay.counts.passed).toBe(300);
    expect((await findings(id)).map(([of]) => of)).not.toContain(uid('late'));
  });

  it('decides each event once, though two replicas take turns at it', async () => {
    const rule = sensor('rule', rules.debounce);
    await activate(knex, [rule]);
    await store(knex, someEvents(1_500));
    await decideForReal(knex, sandbox);
    const alone = await one.finish(await one.create(rule));
    const two = replica(kind === 'postgres' ? databases.again(database) : knex);

    const id = await one.create(rule);
    const work = async (some: typeof one) => {
      while ((await read(knex, id)).state === 'running') {
        // As if each thought the other one dead.
        await knex('replays').where({ id }).update({ due_at: 0, attempt: 0 });
        await some.turn();
      }
    };
    await Promise.all([work(one), work(two)]);
    await two.stop();

    const together = await read(knex, id);
    expect(together.state).toBe('done');
    expect(together.counts).toEqual(alone.counts);
  });

  it('keeps nothing of a page that a person, or another replica, was faster than', async () => {
    const rule = sensor('rule');
    await store(knex, someEvents(600));
    const id = await one.create(rule);
    await one.turn();
    const { counts } = await read(knex, id);
    await knex('replays').where({ id }).update({ due_at: 0 });
    const claimed = await claimReplay(knex, 20_000);
    await one.decisions.cancelReplay({ id, by: 'user:default/pia' });

    await expect(takePage(one.context, claimed!)).rejects.toThrow(ReplayMoved);

    expect(await read(knex, id)).toMatchObject({ state: 'cancelled', counts });
    expect(await knex('replay_state')).toEqual([]);
    expect(await claimReplay(knex, 20_000)).toBeUndefined();
  });

  it('stands still while it is paused, and goes on where it stopped', async () => {
    const rule = sensor('rule', rules.dedupe);
    await activate(knex, [rule]);
    await store(knex, someEvents(600));
    await decideForReal(knex, sandbox);
    const id = await one.create(rule);
    await one.turn();
    await one.decisions.pauseReplay({ id, by: 'user:default/pia' });
    expect(await claimReplay(knex, 20_000)).toBeUndefined();
    await expect(
      one.decisions.pauseReplay({ id, by: 'user:default/ana' }),
    ).rejects.toThrow('It is paused already.');

    await one.decisions.resumeReplay({ id, by: 'user:default/pia' });

    expect(await one.finish(id)).toMatchObject({
      state: 'done',
      reason: undefined,
      counts: { passed: 600, firesNow: 0, noLongerFires: 0, other: 0 },
    });
  });

  it('is cut off by a filter that does not end, and says so', async () => {
    const list = Array.from({ length: 6_000 }, (_, at) => at);
    await store(knex, [{ id: 'large', at: start, data: { list } }]);
    const filter =
      'event.data.list.all(a, event.data.list.all(b, event.data.list.size() * a * b >= 0))';

    const replay = await one.finish(
      await one.create(sensor('rule'), {
        events: { from: '2026-01-01T00:00:00Z', filter },
      }),
    );

    expect(replay).toMatchObject({
      state: 'failed',
      reason: { code: 'filterOverran' },
    });
    const hostile = sensor('rule', {
      dependencies: [{ ...listens, filter }],
    });
    const held = await one.finish(await one.create(hostile));
    expect(held).toMatchObject({ state: 'done', counts: { other: 1 } });
  });

  it('gives up when it gets no further', async () => {
    const id = await one.create(sensor('rule'));
    await knex('replays').where({ id }).update({ attempt: 5 });
    await one.turn();
    expect(await read(knex, id)).toMatchObject({
      state: 'failed',
      reason: { code: 'failed' },
    });
  });

  it('goes no faster than it was told to', async () => {
    await store(knex, someEvents(50));
    const id = await one.create(sensor('rule'), { perSecond: 5 });
    const before = Number(
      (await knex('replays').where({ id }).first()).created_at,
    );
    await one.turn();

    const { counts } = await read(knex, id);
    expect(counts.decided).toBe(5);
    const { due_at: due } = await knex('replays').where({ id }).first();
    expect(Number(due) - before).toBeGreaterThanOrEqual(1_000);
  });

  it('holds few events and rows at once, however many there are', async () => {
    const rule = sensor('rule', rules.batch);
    await store(knex, someEvents(10_000));
    let most = 0;
    const count = (answer: unknown) => {
      const rows = Array.isArray(answer)
        ? answer
        : ((answer as { rows?: unknown[] })?.rows ?? []);
      most = Math.max(most, rows.length);
    };
    knex.on('query-response', count);

    const replay = await one.finish(await one.create(rule));
    knex.off('query-response', count);

    expect(replay).toMatchObject({ state: 'done', counts: { passed: 10_000 } });
    expect(most).toBeLessThanOrEqual(1_000);
  });
});
