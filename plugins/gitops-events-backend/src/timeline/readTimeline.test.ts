import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { everything, ownedBy } from '../permissions/__testUtils__/accesses';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { readTimeline } from './readTimeline';
import type { TimelineQuery } from './timelineFilters';
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
const shop = { entityRef: 'component:default/shop' };

describe.each(databaseKinds)('the timeline on %s', kind => {
  let knex: Knex;
  let lag = 0;
  const bus = {
    kind: 'embedded',
    durability: 'disk' as const,
    status: async () => [{ partition: 'registry/0', lag }],
  };
  const read = (query: Partial<TimelineQuery> = {}, access = everything) =>
    readTimeline({ knex, bus }, { limit: 50, ...query }, access);
  const only = async (query: Partial<TimelineQuery>, access = everything) => {
    const { items } = await read(query, access);
    expect(items).toHaveLength(1);
    return items[0];
  };
  const titles = ({ entries }: TimelineGroup) =>
    entries.map(({ title }) => title);

  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
  });

  beforeEach(async () => {
    lag = 0;
    await clear(knex);
    await seedSensor(knex, { name: 'promote-image', title: 'Promote image' });
  });

  /** An image pushed, promoted, merged by rule and applied. */
  async function seedPromotion() {
    const eventUid = await seedEvent(knex, {
      id: 'push-1',
      principal: 'user:default/ana via plugin:scaffolder',
    });
    const runId = await seedRun(knex, {
      name: 'Promote shop 1.8.2',
      eventUid,
      ...shop,
      state: 'ended',
      end: 'applied',
      createdAt: start + 12,
      endedAt: start + 1_900,
    });
    const changeId = await seedChange(knex, {
      name: 'Promote shop 1.8.2',
      members: [runId],
      state: 'ended',
      end: 'merged',
      createdAt: start + 50,
    });
    const line = (what: any, at: number, data: Record<string, unknown>) =>
      seedLine(knex, { kind: what, changeId, at: start + at, data });
    await line('changeRendered', 52, {
      files: 5,
      additions: 142,
      deletions: 0,
    });
    await line('policyJudged', 52, {
      verdicts: [{ check: 'replicas', verdict: 'pass', reasons: [] }],
    });
    await line('changeCommitted', 60, {
      commit: '3f9c2ab'.padEnd(40, '0'),
      branch: 'gitops-events/x',
      repository: 'local:deployments',
    });
    await line('pullRequestOpened', 70, { number: 128 });
    await line('merged', 360, {
      commit: '3f9c2ab'.padEnd(40, '0'),
      rule: 'small and green',
    });
    await line('syncHealthy', 1_860, {
      tracker: 'directory',
      application: 'environments/shop',
      revision: '3f9c2ab'.padEnd(40, '0'),
      url: 'https://cd.example.com/shop',
    });
    await seedPosition(knex, { clock: start });
    return { eventUid, runId, changeId };
  }

  it('tells one event from its arrival to healthy, in order and in sentences', async () => {
    const { eventUid, runId, changeId } = await seedPromotion();

    const group = await only({ event: eventUid });

    expect(group).toMatchObject({
      title: 'Promote shop 1.8.2',
      requestedBy: 'user:default/ana',
      settled: true,
      durationMs: 1_900,
      entityRef: 'component:default/shop',
      status: {
        tone: 'success',
        word: 'Applied',
        sentence: 'Applied in 1.9 s',
      },
    });
    expect(titles(group)).toEqual([
      'Event received',
      'Sensor fired',
      'Change rendered',
      'Policy passed',
      'Committed',
      'Pull request #128 opened',
      'Merged',
      'Applied and healthy',
      'Applied',
    ]);
    const change = `/gitops-events/changes/${changeId}`;
    expect(group.entries.flatMap(({ link }) => link ?? [])).toEqual([
      { text: 'View diff', to: change },
      { text: 'Details', to: change },
      { text: 'deployments#128', to: change },
      { text: 'Open in directory', to: 'https://cd.example.com/shop' },
    ]);
    expect(group.entries[1]).toMatchObject({
      runId,
      detail: 'Promote image, revision 1',
    });
    const ids = group.entries.map(({ id }) => id);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('finds an event by its entity, by that of its run, and by its change', async () => {
    const { eventUid, changeId } = await seedPromotion();
    const named = await seedEvent(knex, { id: 'form-1', ...shop });
    await seedEvent(knex, { id: 'other', entityRef: 'component:default/x' });

    const ofEntity = await read({ ...shop });
    const ofChange = await read({ change: changeId });

    expect(ofEntity.items.map(group => group.eventUid)).toEqual([
      named,
      eventUid,
    ]);
    expect(ofChange.items.map(group => group.eventUid)).toEqual([eventUid]);
  });

  it('shows to an owner only their runs of an event', async () => {
    const eventUid = await seedEvent(knex, { id: 'push-1' });
    await seedRun(knex, {
      name: 'mine',
      eventUid,
      entityOwnerRef: 'group:default/shop',
    });
    const other = await seedRun(knex, {
      name: 'not mine',
      eventUid,
      entityOwnerRef: 'group:default/payments',
    });
    await seedLine(knex, {
      kind: 'comment',
      eventUid,
      runId: other,
      at: start + 99,
      data: { by: 'user:default/ben', text: 'Not for shop' },
    });

    const group = await only({}, ownedBy('group:default/shop'));

    expect(group.runs.map(({ title }) => title)).toEqual(['mine']);
    expect(titles(group)).toEqual(['Event received', 'Sensor fired']);
  });

  it('tells a run of a shared change nothing from before it joined or after it left', async () => {
    const eventUid = await seedEvent(knex, { id: 'second' });
    const runId = await seedRun(knex, {
      name: 'second',
      eventUid,
      state: 'ended',
      end: 'superseded',
      createdAt: start + 100,
      endedAt: start + 200,
    });
    const changeId = await seedChange(knex, {
      name: 'shared',
      members: [runId],
    });
    for (const at of [50, 150, 250]) {
      await seedLine(knex, {
        kind: 'conflict',
        changeId,
        at: start + at,
        data: { baseHead: `${at}`.padEnd(40, '0') },
      });
    }

    const { entries } = await only({ event: eventUid });

    expect(
      entries.filter(({ kind: what }) => what === 'conflict'),
    ).toMatchObject([{ detail: expect.stringContaining('1500000') }]);
  });

  it('names whom a waiting change waits for', async () => {
    const eventUid = await seedEvent(knex, { id: 'one' });
    const runId = await seedRun(knex, {
      name: 'grow',
      eventUid,
      state: 'waiting',
      reason: { code: 'change', message: 'Waits for its change.' },
    });
    await seedChange(knex, {
      name: 'grow',
      members: [runId],
      state: 'waiting',
      reason: { code: 'approval', message: 'Waits for an approval.' },
    });

    const { status } = await only({ event: eventUid });

    expect(status).toEqual({
      tone: 'warning',
      word: 'Waiting',
      sentence: 'Waiting for an approval from group:default/platform',
    });
  });

  it('says why nothing fired', async () => {
    const eventUid = await seedEvent(knex, { id: 'again' });
    await seedDecision(knex, {
      eventUid,
      sensor: 'promote-image',
      outcome: 'suppressed',
      reason: { code: 'duplicate', message: 'The same digest came before.' },
    });

    const group = await only({ event: eventUid });

    expect(group.status.sentence).toBe(
      'Suppressed: The same digest came before.',
    );
    expect(titles(group)).toEqual([
      'Event received',
      'Suppressed by promote-image',
    ]);
  });

  it('is settled without a run only when the position has surely passed it', async () => {
    const eventUid = await seedEvent(knex, { id: 'nobody listens' });
    const settled = async () => (await only({ event: eventUid })).settled;

    expect(await settled()).toBe(false);
    await seedPosition(knex, { clock: start });
    lag = 3;
    expect(await settled()).toBe(false);
    lag = 0;
    expect(await settled()).toBe(true);
    lag = 3;
    await seedPosition(knex, { clock: start + 3_600_000 });
    expect(await settled()).toBe(true);
  });

  it('is open while a run goes on, whatever is decided', async () => {
    const eventUid = await seedEvent(knex, { id: 'one' });
    await seedPosition(knex, { clock: start + 3_600_000 });
    await seedRun(knex, { name: 'held', eventUid, state: 'held' });

    const group = await only({ event: eventUid });

    expect(group).toMatchObject({ settled: false, status: { word: 'Held' } });
    expect(group.endedAt).toBeUndefined();
  });

  it('filters by state, source, words and time', async () => {
    await seedPosition(knex, { clock: start + 3_600_000 });
    const seed = async (id: string, run: any, event: any = {}) => {
      const eventUid = await seedEvent(knex, { id, ...event });
      if (run) await seedRun(knex, { name: `run of ${id}`, eventUid, ...run });
    };
    await seed('held', { state: 'held' });
    await seed('failed', { state: 'ended', end: 'failed', endedAt: start });
    await seed('done', { state: 'ended', end: 'done', endedAt: start });
    await seed('unmatched', undefined, {
      source: 'https://a.example.com/100%',
    });
    await seed('late', undefined, {
      acceptedAt: start + 7_200_000,
      ingress: 'forms',
    });
    const found = async (query: Partial<TimelineQuery>) =>
      (await read(query)).items
        .map(({ eventUid }) => eventUid)
        .map(uid =>
          ['held', 'failed', 'done', 'unmatched', 'late'].find(
            id => idOf(`event ${id}`) === uid,
          ),
        );

    expect(await found({ state: 'held' })).toEqual(['held']);
    expect(await found({ state: 'failed' })).toEqual(['failed']);
    expect(await found({ state: 'open' })).toEqual(['late', 'held']);
    expect(await found({ state: 'settled' })).toEqual([
      'unmatched',
      'done',
      'failed',
    ]);
    expect(await found({ source: 'forms' })).toEqual(['late']);
    expect(await found({ text: 'RUN OF d' })).toEqual(['done']);
    expect(await found({ text: '100%' })).toEqual(['unmatched']);
    expect(
      await found({ since: new Date(start + 3_600_000).toISOString() }),
    ).toEqual(['late']);
  });
});
