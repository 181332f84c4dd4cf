import type { Knex } from 'knex';
import { testConfig } from '../__testUtils__/testEngine';
import { testSensor } from '../pipeline/testSensor';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import {
  clear,
  idOf,
  seedEvent,
  seedReplay,
  seedRun,
  seedSensor,
} from '../timeline/__testUtils__/seed';
import { read, replica, store } from './__testUtils__/past';
import { findingOf } from './findings';
import { atOnce, forgetReplays } from './forgetReplays';

jest.setTimeout(60_000);

const databases = testDatabases();
const start = Date.UTC(2026, 0, 5, 10);
const day = 24 * 3_600_000;

describe.each(databaseKinds)('what replays keep on %s', kind => {
  let knex: Knex;

  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
  });
  beforeEach(async () => {
    await clear(knex);
    await knex('replays').delete();
    await knex('replay_findings').delete();
    await seedSensor(knex, { name: 'promote' });
  });

  const ended = (name: string, more: object = {}) =>
    seedReplay(knex, {
      name,
      sensor: 'promote',
      state: 'done',
      mode: 'real',
      endedAt: Date.now() - 20 * day,
      ...more,
    });
  const found = async (name: string, count: number) => {
    const rows = Array.from({ length: count }, (_, n) => ({
      replay_id: idOf(`replay ${name}`),
      event_uid: idOf(`${name} ${n}`),
      difference: 'other',
      now: '{}',
    }));
    await knex.batchInsert('replay_findings', rows, 100);
  };
  const forget = () => forgetReplays(knex, 14 * day);
  const forgetAll = async () => {
    while (await forget());
  };
  const ids = async () => new Set(await knex('replays').pluck('id'));

  it('goes a few rows at a time, and the replay last', async () => {
    await ended('old');
    await found('old', atOnce + 200);
    await ended('young', { endedAt: Date.now() - 13 * day });
    await found('young', 3);

    expect(await forget()).toBe(true);
    expect(await ids()).toContain(idOf('replay old'));
    const left = await knex('replay_findings').count('* as count').first();
    expect(Number(left!.count)).toBe(203);

    await forgetAll();
    expect(await ids()).toEqual(new Set([idOf('replay young')]));
    expect(await knex('replay_findings').pluck('replay_id')).toEqual(
      Array(3).fill(idOf('replay young')),
    );
  });

  it('stays while the replay is under way', async () => {
    await ended('running', { state: 'running', endedAt: undefined });
    await ended('paused', { state: 'paused', endedAt: undefined });
    await forgetAll();
    expect((await ids()).size).toBe(2);
  });

  it.each([
    ['is held', { state: 'held' }],
    ['waits', { state: 'waiting' }],
    [
      'ended of late',
      { state: 'ended', end: 'applied', endedAt: Date.now() - day },
    ],
  ])('stays while a run of it %s', async (_, run) => {
    const id = await ended('real');
    const other = await ended('other');
    const { seq: generation } = await knex('replays').where({ id }).first();
    const eventUid = await seedEvent(knex, { id: 'one' });
    const of = { eventUid, sensor: 'promote' };
    const some = run as Partial<Parameters<typeof seedRun>[1]>;
    await seedRun(knex, { name: 'its', ...of, generation, ...some });
    // What is live has nothing to do with it.
    await seedRun(knex, { name: 'live', ...of, state: 'held' });

    await forgetAll();
    expect(await ids()).toEqual(new Set([id]));
    expect(other).not.toBe(id);

    await knex('runs')
      .where({ generation })
      .update({ state: 'ended', ended_at: Date.now() - 15 * day });
    await forgetAll();
    expect((await ids()).size).toBe(0);
  });

  it('gives its number to no other replay, since effects go by it', async () => {
    const first = await knex('replays')
      .where({ id: await ended('a') })
      .first();
    await forgetAll();
    const second = await knex('replays')
      .where({ id: await ended('b') })
      .first();
    expect(Number(second.seq)).toBeGreaterThan(Number(first.seq));
  });

  it('remembers no more keys in a replay than its sensor may', async () => {
    const limits = { ...testConfig.limits, sensorKeys: 2 };
    const one = replica(knex, [], { ...testConfig, limits });
    const rule = testSensor('promote', {
      dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
      window: {
        key: 'event.data.key',
        batch: { size: 2, within: '1h' },
      },
    });
    const at = (minute: number) => start + minute * 60_000;
    await store(knex, [
      { id: '1', at: at(0), data: { key: 'a' } },
      { id: '2', at: at(1), data: { key: 'b' } },
      // One too many; what is known needs no more room.
      { id: '3', at: at(2), data: { key: 'c' } },
      { id: '4', at: at(3), data: { key: 'a' } },
      // Two of `a` have fired, so there is room again.
      { id: '5', at: at(4), data: { key: 'd' } },
    ]);
    // One event a page, so that the count has to be kept from page to page.
    const id = await one.create(rule, { perSecond: 1 });
    await one.finish(id);
    await one.stop();

    expect(await read(knex, id)).toMatchObject({
      state: 'done',
      counts: { decided: 5, fired: 4 },
    });
    const findings = (await knex('replay_findings').orderBy('seq')).map(
      findingOf,
    );
    const held = findings.filter(({ now }) => now.outcome === 'held');
    expect(held.map(({ now }) => now.reason.code)).toEqual(['memoryFull']);
    const event = await knex('events').where({ uid: held[0].eventUid }).first();
    expect(event.id).toBe('3');
  });
});
