import { sensorViewSchema } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { insertApproval } from '../store/approvals';
import { startApi } from '../http/__testUtils__/startApi';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import {
  clear,
  idOf,
  seedDecision,
  seedEvent,
  seedLine,
  seedPosition,
  seedRun,
  seedSensor,
  start,
} from './__testUtils__/seed';
import { seedChange } from './__testUtils__/seedChange';

jest.setTimeout(60_000);

const databases = testDatabases();

/** Through the router, so that each answer is held against the route's schema as well. */
describe.each(databaseKinds)('views on %s', kind => {
  let knex: Knex;
  let api: Awaited<ReturnType<typeof startApi>>;

  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
    api = await startApi(knex);
  });
  beforeEach(async () => {
    await clear(knex);
    await seedSensor(knex, { name: 'promote-image', title: 'Promote image' });
  });
  afterAll(() => api.stop());

  it('an event: as it was sent, its payload parsed and masked', async () => {
    const uid = await seedEvent(knex, {
      id: 'push-1',
      subject: 'shop/api',
      extensions: { authid: 'ci', accesstoken: 'hunter2' },
      data: Buffer.from('{"tag":"1.8.2","auth":{"token":"hunter2"}}'),
    });
    await seedRun(knex, { name: 'Promote shop', eventUid: uid });
    await seedDecision(knex, {
      eventUid: uid,
      sensor: 'other',
      outcome: 'notMatched',
      at: start + 5,
    });

    const event = await api.read('getEvent', { params: { id: uid } });

    expect(event).not.toHaveProperty('dataLeftOut');
    expect(event).toMatchObject({
      uid,
      id: 'push-1',
      subject: 'shop/api',
      acceptedAt: '2026-01-05T10:00:00.000Z',
      dataSize: 42,
      data: { tag: '1.8.2', auth: { token: '••••••' } },
      extensions: { authid: 'ci', accesstoken: '••••••' },
      settled: false,
      summary: { word: 'Queued' },
      title: 'Promote shop',
      decisions: [
        { sensor: 'other', outcome: 'notMatched' },
        {
          sensor: 'promote-image',
          outcome: 'fired',
          runId: idOf('run Promote shop'),
        },
      ],
    });
  });

  it('a long payload: what of it is left out', async () => {
    const numbers = Array.from({ length: 1_340 }, (_, at) => at);
    const data = Buffer.from(JSON.stringify({ order: { numbers } }));
    const id = await seedEvent(knex, { id: 'long', data });

    const event = await api.read('getEvent', { params: { id } });

    expect(event.data.order.numbers).toHaveLength(201);
    expect(event.dataLeftOut).toEqual([
      '`order.numbers`: the first 200 of 1,340 items are shown.',
    ]);
  });

  it.each([
    ['text/plain', 'password=hunter2'],
    ['application/json', '{"cut": '],
    ['application/octet-stream', '{"token":"x"}'],
  ])(
    'a payload that is %s and no JSON: by its size alone',
    async (contentType, text) => {
      const id = await seedEvent(knex, {
        id: 'one',
        contentType,
        data: Buffer.from(text),
      });

      const event = await api.read('getEvent', { params: { id } });

      expect(event.dataSize).toBe(text.length);
      expect(event).not.toHaveProperty('data');
    },
  );

  it('events by source, type, entity and words', async () => {
    await seedEvent(knex, { id: 'a', source: 'https://a.example.com' });
    await seedEvent(knex, { id: 'b', type: 'com.example.other' });
    await seedEvent(knex, { id: 'c', entityRef: 'component:default/shop' });
    const ids = async (query: Record<string, string>) =>
      (await api.read('listEvents', { query })).items.map(
        ({ id }: { id: string }) => id,
      );

    expect(await ids({})).toEqual(['c', 'b', 'a']);
    expect(await ids({ source: 'https://a.example.com' })).toEqual(['a']);
    expect(await ids({ type: 'com.example.other' })).toEqual(['b']);
    expect(await ids({ entityRef: 'component:default/shop' })).toEqual(['c']);
    expect(await ids({ text: 'A.EXAMPLE' })).toEqual(['a']);
  });

  it('a change: its lines counted, approvals of its present content alone', async () => {
    const eventUid = await seedEvent(knex, { id: 'one' });
    const run = await seedRun(knex, { name: 'Grow', eventUid });
    const id = await seedChange(knex, {
      name: 'Grow',
      members: [run],
      state: 'waiting',
      reason: { code: 'approval', message: 'Waits for an approval.' },
      pullNumber: 7,
    });
    const approval = { changeId: id, by: 'user:default/pia', at: start };
    await insertApproval(knex, { ...approval, diffHash: 'h'.repeat(64) });
    await insertApproval(knex, { ...approval, diffHash: 'o'.repeat(64) });

    const change = await api.read('getChange', { params: { id } });
    const diff = await api.read('getChangeDiff', { params: { id } });
    const { items } = await api.read('listChanges');

    expect(change).toMatchObject({
      files: 2,
      additions: 5,
      deletions: 1,
      pullRequest: { number: 7 },
      approvals: [{ by: 'user:default/pia' }],
      verdicts: [{ check: 'replicas', verdict: 'pass' }],
      members: [{ runId: run, title: 'Grow', eventUid }],
      status: {
        sentence: 'Waiting for an approval from group:default/platform',
      },
    });
    expect(items).toEqual([change]);
    expect(diff).toMatchObject({
      diffHash: 'h'.repeat(64),
      files: [
        { path: 'apps/shop/values.yaml' },
        { path: 'apps/shop/readme.md' },
      ],
    });
  });

  it('changes by state, entity and words', async () => {
    await seedChange(knex, { name: 'ended', state: 'ended', end: 'merged' });
    await seedChange(knex, { name: 'waiting', state: 'waiting' });
    await seedChange(knex, {
      name: 'open',
      entityRef: 'component:default/shop',
    });
    const titles = async (query: Record<string, string>) =>
      (await api.read('listChanges', { query })).items.map(
        ({ title }: { title: string }) => title,
      );

    expect(await titles({})).toEqual(['open', 'waiting', 'ended']);
    expect(await titles({ state: 'open' })).toEqual(['open', 'waiting']);
    expect(await titles({ state: 'waiting' })).toEqual(['waiting']);
    expect(await titles({ state: 'ended' })).toEqual(['ended']);
    expect(await titles({ entityRef: 'component:default/shop' })).toEqual([
      'open',
    ]);
    expect(await titles({ text: 'WAIT' })).toEqual(['waiting']);
  });

  it('what is held: by cause, with comments, oldest first', async () => {
    const eventUid = await seedEvent(knex, { id: 'one' });
    const hold = (name: string, code: string, at: number, owner?: string) =>
      seedRun(knex, {
        name,
        eventUid,
        state: 'held',
        heldAt: start + at,
        entityOwnerRef: owner,
        reason: { code, message: 'Too many replicas.' },
      });
    await hold('second', 'policy', 20, 'group:default/shop');
    const first = await hold('first', 'expression', 10);
    await seedLine(knex, {
      kind: 'comment',
      eventUid,
      runId: first,
      at: start + 30,
      data: { by: 'user:default/pia', text: 'Looking' },
    });
    const titles = async (query: Record<string, string>) =>
      (await api.read('listHeld', { query })).items.map(
        ({ title }: { title: string }) => title,
      );

    expect(await api.read('getHeld', { params: { id: first } })).toMatchObject({
      cause: 'promote-image/bump/expression',
      heldAt: '2026-01-05T10:00:00.010Z',
      comments: [{ by: 'user:default/pia', text: 'Looking' }],
      status: { word: 'Held', sentence: 'Held: Too many replicas.' },
    });
    expect(await titles({})).toEqual(['first', 'second']);
    expect(await titles({ code: 'policy' })).toEqual(['second']);
    expect(await titles({ owner: 'group:default/shop' })).toEqual(['second']);
    expect(await titles({ sensor: 'other' })).toEqual([]);
  });

  it('a sensor: what it listens to, does, and said within a day', async () => {
    const now = Date.now();
    const old = now - 25 * 60 * 60 * 1000;
    for (const [id, at] of [
      ['new', now],
      ['old', old],
    ] as const) {
      const eventUid = await seedEvent(knex, { id });
      await seedRun(knex, { name: id, eventUid, createdAt: at });
      const other = await seedEvent(knex, { id: `other ${id}` });
      await seedDecision(knex, {
        eventUid: other,
        sensor: 'promote-image',
        outcome: 'suppressed',
        at,
      });
    }

    // However old: it is held now.
    await seedRun(knex, {
      name: 'held',
      eventUid: await seedEvent(knex, { id: 'held' }),
      state: 'held',
      heldAt: start,
      createdAt: start,
    });

    const sensor = await api.read('getSensor', {
      params: { name: 'promote-image' },
    });
    const { items } = await api.read('listSensors');

    expect(sensor).toMatchObject({
      title: 'Promote image',
      owner: 'group:default/platform',
      mode: 'auto',
      dependencies: [{ name: 'pushed', type: 'com.example.image.pushed' }],
      steps: [{ id: 'bump', action: 'git:change' }],
      counts: { fired: 1, notMatched: 0, suppressed: 1, held: 1 },
      yaml: 'kind: Sensor # promote-image',
      revisions: [{ revision: 1 }],
    });
    expect(items).toEqual([sensorViewSchema.parse(sensor)]);
  });

  it('the overview: rates, both clocks, and what waits', async () => {
    const now = Date.now();
    const eventUid = await seedEvent(knex, {
      id: 'applied',
      acceptedAt: now - 100_000,
    });
    const run = await seedRun(knex, {
      name: 'applied',
      eventUid,
      state: 'ended',
      end: 'applied',
      createdAt: now - 99_900,
      endedAt: now - 30_000,
    });
    const changeId = await seedChange(knex, {
      name: 'applied',
      members: [run],
      state: 'ended',
      end: 'merged',
      mergedAt: now - 31_000,
      revisionOf: { sealedAt: now - 99_000 },
    });
    const line = { changeId, data: {} };
    await seedLine(knex, {
      ...line,
      kind: 'waitingForApproval',
      at: now - 98_000,
    });
    await seedLine(knex, { ...line, kind: 'approved', at: now - 32_000 });
    await seedRun(knex, {
      name: 'held',
      eventUid,
      state: 'held',
      heldAt: start,
    });
    await seedChange(knex, { name: 'waits', state: 'waiting' });
    await seedPosition(knex, { clock: now });
    api.bus.lag = 4;

    const overview = await api.read('getOverview');
    const others = await api.read('getOverview', { as: 'otherDeveloper' });

    expect(overview).toMatchObject({
      appliedMs: { p50: 4_000, p99: 4_000, count: 1 },
      withinObjective: 1,
      held: { count: 1, oldestAt: '2026-01-05T10:00:00.000Z' },
      openChanges: 1,
      waitingForApproval: 1,
      bus: { database: kind, lag: 4, durability: 'disk' },
      hops: [
        { hop: 'Decide', ms: 100 },
        { hop: 'Render', ms: 900 },
        { hop: 'Write and merge', ms: 2_000 },
        { hop: 'Wait for people', ms: 66_000 },
        { hop: 'Sync', ms: 1_000 },
      ],
      ailingSources: [{ name: 'orders', status: { word: 'Waiting' } }],
      refusedMessages: { count: 0 },
    });
    const sum = (series: number[]) => series.reduce((a, b) => a + b, 0);
    expect(sum(overview.eventsPerMinute.series)).toBe(1);
    expect(sum(overview.firedPerMinute.series)).toBe(1);
    expect(others).toMatchObject({
      held: { count: 0 },
      openChanges: 0,
      hops: [],
      ailingSources: overview.ailingSources,
    });
    expect(others).not.toHaveProperty('refusedMessages');
    expect(sum(others.eventsPerMinute.series)).toBe(0);
    expect(sum(others.firedPerMinute.series)).toBe(0);
  });
});
