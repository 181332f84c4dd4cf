import type { Knex } from 'knex';
import { startApi } from '../http/__testUtils__/startApi';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { maxScannedRows } from './page';
import {
  clear,
  idOf,
  seedDecision,
  seedEvent,
  seedRun,
  seedSensor,
} from './__testUtils__/seed';

jest.setTimeout(60_000);

const databases = testDatabases();
const sensor = 'promote-image';
const params = { name: sensor };
const hour = 60 * 60 * 1000;
const scope = { events: [{ uid: 'e', dependency: 'pushed' }], params: {} };
const isFalse = (value: string) => ({
  code: 'filterFalse',
  message: `The filter of \`pushed\` is false: \`event.data.tag\` was "${value}".`,
  detail: { dependency: 'pushed', filter: 'event.data.tag != "latest"' },
});

/** Through the router, so that each answer is held against the route's schema as well. */
describe.each(databaseKinds)('the page of a sensor on %s', kind => {
  let knex: Knex;
  let api: Awaited<ReturnType<typeof startApi>>;

  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
    api = await startApi(knex);
  });
  beforeEach(async () => {
    await clear(knex);
    await seedSensor(knex, { name: sensor });
  });
  afterAll(() => api.stop());

  const decide = async (
    id: string,
    decision: Partial<Parameters<typeof seedDecision>[1]> = {},
  ) => {
    const eventUid = await seedEvent(knex, { id });
    await seedDecision(knex, {
      eventUid,
      sensor,
      outcome: 'notMatched',
      reason: isFalse(id),
      at: Date.now(),
      ...decision,
    });
    return eventUid;
  };
  const fire = async (name: string, run: object = {}) =>
    seedRun(knex, {
      name,
      eventUid: await seedEvent(knex, { id: name }),
      createdAt: Date.now(),
      scope,
      ...run,
    });

  it('counts what it remembers, beside what it may', async () => {
    const remembered = ['a', 'b', 'c'].map(key => ({
      sensor,
      kind: 'dedupe',
      key,
      value: '{}',
    }));
    await knex('sensor_state').insert([
      ...remembered,
      { ...remembered[0], sensor: 'another' },
    ]);
    expect(await api.read('getSensor', { params })).toMatchObject({
      memory: { keys: 3, limit: 250_000 },
    });
  });

  it('counts why events did not fire, and how far those came that did', async () => {
    await decide('a');
    await decide('b');
    await decide('paused', {
      outcome: 'suppressed',
      reason: { code: 'paused', message: 'It was paused.' },
    });
    await fire('applied', { state: 'ended', end: 'applied' });
    await fire('failed', { state: 'ended', end: 'failed' });
    await fire('waits', { state: 'waiting' });
    // Its filter could not be told: held by the decision, it never fired.
    const broken = await decide('broken', {
      outcome: 'held',
      reason: { code: 'expression', message: 'No such field.' },
    });
    await seedRun(knex, {
      name: 'broken',
      eventUid: broken,
      state: 'held',
      createdAt: Date.now(),
    });
    // What is older, or a replay, counts for nothing here.
    await decide('old', { at: Date.now() - 2 * hour });
    await fire('replayed', { generation: 1 });

    const activity = await api.read('getSensorActivity', {
      params,
      query: { hours: 1 },
    });

    expect(activity).toMatchObject({
      decided: 7,
      fired: 3,
      partial: false,
      reasons: [
        {
          outcome: 'notMatched',
          code: 'filterFalse',
          count: 2,
          message: isFalse('b').message,
        },
        expect.objectContaining({ count: 1 }),
        expect.objectContaining({ count: 1 }),
      ],
      dependencies: [{ name: 'pushed', arrived: 7, passed: 5 }],
      steps: [
        { id: 'bump', reached: 3, done: 1, open: 1, held: 0, stopped: 1 },
      ],
    });
  });

  it('counts each event of a window, and its one run', async () => {
    const reason = { code: 'fired', message: 'It fired.' };
    const runId = await fire('last', { state: 'waiting' });
    const last = (await knex('runs').where({ id: runId }).first()).event_uid;
    const said = { sensor, outcome: 'fired' as const, reason, runId };
    await decide('first', said);
    await seedDecision(knex, { ...said, eventUid: last, at: Date.now() });
    await decide('dropped', {
      outcome: 'suppressed',
      reason: { code: 'cooldown', message: 'It is one of several.' },
    });

    const query = { hours: 1 };
    expect(
      await api.read('getSensorActivity', { params, query }),
    ).toMatchObject({
      decided: 3,
      fired: 2,
      reasons: [{ outcome: 'suppressed', code: 'cooldown', count: 1 }],
      dependencies: [{ name: 'pushed', arrived: 3, passed: 3 }],
      steps: [{ id: 'bump', reached: 1, open: 1 }],
    });
  });

  it('counts a run that failed where it failed, whatever it did then', async () => {
    const step = (id: string, state: 'done' | 'failed', onFailure?: true) => ({
      ...{ id, action: 'git:change', state, attempts: 1, onFailure },
    });
    const steps = [step('bump', 'failed'), step('tell', 'done', true)];
    await fire('told', { state: 'ended', end: 'failed', step: 1, steps });
    await fire('tells', { state: 'running', step: 1, steps });
    await fire('fine', { state: 'ended', end: 'applied' });

    const query = { hours: 1 };
    expect(
      await api.read('getSensorActivity', { params, query }),
    ).toMatchObject({
      fired: 3,
      steps: [
        { id: 'bump', reached: 3, done: 1, open: 0, held: 0, stopped: 2 },
      ],
    });
  });

  it('counts no run as fired that was held by its decision', async () => {
    const eventUid = await decide('broken', {
      outcome: 'held',
      reason: { code: 'expression', message: 'No such field.' },
    });
    const createdAt = Date.now();
    await seedRun(knex, { name: 'broken', eventUid, state: 'held', createdAt });
    await fire('fine', { state: 'ended', end: 'applied' });
    expect(await api.read('getSensor', { params })).toMatchObject({
      counts: { fired: 1, held: 1 },
    });
  });

  it('tells what a replay did nowhere among what is live', async () => {
    const uid = await seedEvent(knex, { id: 'long ago' });
    const observed = { mode: 'observe', state: 'ended', end: 'done' } as const;
    await fire('live', { ...observed, agreed: true });
    for (const [name, run] of Object.entries({
      replayed: { state: 'ended', end: 'applied', endedAt: Date.now() },
      asked: { state: 'held' },
      observed: { ...observed, agreed: false },
    })) {
      const createdAt = Date.now();
      const of = { name, eventUid: uid, generation: 7, createdAt, scope };
      await seedRun(knex, { ...of, ...run } as Parameters<typeof seedRun>[1]);
    }

    const { items } = await api.read('listDecisions', { params });
    expect(items).toMatchObject([{ eventUid: idOf('event live') }]);
    const [view] = (await api.read('listSensors', {})).items;
    expect(view.counts).toMatchObject({ fired: 1, held: 0 });
    expect(view.agreement).toEqual({ agreed: 1, of: 1 });
    const event = await api.read('getEvent', { params: { id: uid } });
    expect(event.decisions).toEqual([]);
    const overview = await api.read('getOverview', {});
    expect(overview.appliedMs).toBeUndefined();
    const fired = overview.firedPerMinute.series.filter(
      (count: number) => count > 0,
    );
    expect(fired).toEqual([1]);
    // It waits for a person all the same.
    expect(overview.held.count).toBe(1);
  });

  it('counts what one revision said alone', async () => {
    await fire('before');
    await fire('after', { revision: 2 });

    const of = async (revision?: number) =>
      (await api.read('getSensorActivity', { params, query: { revision } }))
        .fired;

    expect([await of(), await of(1), await of(2)]).toEqual([2, 1, 1]);
  });

  it('lists what did not fire, by reason, page by page', async () => {
    await decide('a');
    await decide('b');
    await fire('fired');
    await decide('paused', {
      outcome: 'suppressed',
      reason: { code: 'paused', message: 'It was paused.' },
    });
    const subjects = async (query: Record<string, string | number>) => {
      const uids: string[] = [];
      let cursor: string | undefined;
      do {
        const page: { items: { eventUid: string }[]; nextCursor?: string } =
          await api.read('listDecisions', {
            params,
            query: { ...query, limit: 1, cursor },
          });
        uids.push(...page.items.map(({ eventUid }) => eventUid));
        cursor = page.nextCursor;
      } while (cursor);
      return uids;
    };
    const uids = (...ids: string[]) => ids.map(id => idOf(`event ${id}`));

    expect(await subjects({})).toEqual(
      expect.arrayContaining(uids('a', 'b', 'fired', 'paused')),
    );
    expect(await subjects({ outcome: 'notFired' })).toEqual(
      uids('paused', 'b', 'a'),
    );
    expect(await subjects({ outcome: 'fired' })).toEqual(uids('fired'));
    expect(
      await subjects({ outcome: 'notFired', code: 'filterFalse' }),
    ).toEqual(uids('b', 'a'));
  });

  it('finds a rare decision below any number of others', async () => {
    const held = await decide('held', { outcome: 'held' });
    await knex.batchInsert(
      'decisions',
      Array.from({ length: maxScannedRows + 10 }, (_, n) => ({
        event_uid: `${n}`,
        sensor,
        revision: 1,
        outcome: 'notMatched',
        reason: '{"code":"filterFalse","message":""}',
        decided_at: Date.now(),
      })),
      100,
    );
    const query = { outcome: 'held' };

    const first = await api.read('listDecisions', { params, query });
    const second = await api.read('listDecisions', {
      params,
      query: { ...query, cursor: first.nextCursor },
    });

    expect(first.items).toEqual([]);
    expect(second.items).toMatchObject([{ eventUid: held }]);
  });

  it('compares two revisions, and shows the refused text beside the active one', async () => {
    const [row] = await knex('sensor_revisions').where({ sensor });
    await knex('sensor_revisions').insert({
      ...row,
      revision: 2,
      yaml: `${row.yaml}\n# changed\n`,
    });
    await knex('sensors')
      .where({ name: sensor })
      .update({ refused_yaml: 'kind: Sensr' });
    const read = (revision: string, query = {}) =>
      api.read('getSensorRevision', { params: { ...params, revision }, query });

    expect((await read('2', { against: 1 })).diff).toMatchObject({
      path: 'promote-image.yaml',
      patch: expect.stringContaining('+# changed'),
    });
    expect((await read('1', { against: 1 })).diff).toBeUndefined();
    expect(await read('1')).toMatchObject({ revision: 1, yaml: row.yaml });
    for (const [revision, against] of [
      ['3', 1],
      ['1', 3],
    ] as const) {
      const missing = await api.call('platform', 'getSensorRevision', {
        params: { ...params, revision },
        query: { against },
      });
      expect(missing.status).toBe(404);
    }
    expect(await api.read('getSensor', { params })).toMatchObject({
      yaml: row.yaml,
      refusedYaml: 'kind: Sensr',
      bounds: expect.arrayContaining([
        'Merges by itself what the policies pass',
      ]),
      does: [expect.stringContaining('branch main')],
    });
  });
});
