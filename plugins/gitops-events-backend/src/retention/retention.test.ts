import { eventUid } from '../pipeline/accept';
import { appendChain, verifyChain } from '../store/chain';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import {
  idOf,
  seedDecision,
  seedLine,
  seedReplay,
  seedRun,
  seedSensor,
} from '../timeline/__testUtils__/seed';
import { seedChange } from '../timeline/__testUtils__/seedChange';
import { daysAgo, oldEvents, sweepAll } from './__testUtils__/old';
import { defaultRetention } from './readRetention';
import { sweepOnce } from './retentionLoop';
import { claimSweep, lockSweep, SweepMoved } from './sweep';

jest.setTimeout(60_000);

const databases = testDatabases();

describe.each(databaseKinds)('what is kept, on %s', kind => {
  let database: Database;
  let knex: Database['knex'];
  let old: ReturnType<typeof oldEvents>;

  beforeEach(async () => {
    database = await databases.open(kind);
    knex = database.knex;
    old = oldEvents(database);
  });

  const count = async (table: string) => {
    const [{ rows }] = await knex(table).count('* as rows');
    return Number(rows);
  };
  const ended = (name: string, uid: string, days: number, more: object = {}) =>
    seedRun(knex, {
      name,
      eventUid: uid,
      state: 'ended',
      end: 'applied',
      endedAt: daysAgo(days),
      ...more,
    });

  it('erases payloads first, then that the events were there', async () => {
    const [young] = await old.accept(29);
    const [erased] = await old.accept(31);
    await old.accept(36, 1_200);
    await old.decideAll();
    await sweepAll(knex);
    expect(await old.uids()).toEqual([young, erased]);
    expect(await old.payloads()).toEqual([young]);
    expect(await knex('event_identities').orderBy('uid').pluck('uid')).toEqual(
      [young, erased].sort(),
    );
    const { erased_at: at } = await knex('events')
      .where({ uid: erased })
      .first();
    expect(Number(at)).toBeGreaterThan(daysAgo(1));
  });

  it('knows an event that is sent again for as long as its identity is kept', async () => {
    const [uid] = await old.accept(34);
    await old.decideAll();
    await sweepAll(knex);
    const { id, source } = await knex('events').where({ uid }).first();
    expect(eventUid(source, id)).toBe(uid);
    const again = {
      uid,
      id,
      source,
      type: 'x',
      extensions: {},
      depth: 0,
      ingress: 'registry',
      principal: 'external:registry',
    };
    expect(await old.bus.publish([again])).toEqual([{ result: 'duplicate' }]);
    await knex('events')
      .where({ uid })
      .update({ accepted_at: daysAgo(36) });
    await sweepAll(knex);
    expect(await old.bus.publish([again])).toEqual([{ result: 'accepted' }]);
  });

  it('leaves alone what no sensor was asked about', async () => {
    const before = await old.accept(50);
    await old.decideAll();
    const undecided = await old.accept(50, 3);
    await sweepAll(knex);
    expect(await old.payloads()).toEqual(undecided);
    await old.decideAll();
    await sweepAll(knex);
    expect(await old.uids()).toEqual([]);
    expect(before).toHaveLength(1);
  });

  it('leaves alone what is held, runs, or waits in a window', async () => {
    const [held, joined, waiting, replayed, done] = await old.accept(50, 5);
    await old.decideAll();
    const run = await seedRun(knex, {
      name: 'held',
      eventUid: held,
      state: 'held',
    });
    const decision = { sensor: 'join', at: daysAgo(50) };
    await seedDecision(knex, {
      ...decision,
      eventUid: joined,
      outcome: 'fired',
      runId: run,
    });
    await seedDecision(knex, {
      ...decision,
      eventUid: waiting,
      outcome: 'waiting',
    });
    await seedDecision(knex, {
      ...decision,
      eventUid: held,
      outcome: 'suppressed',
    });
    await seedRun(knex, {
      name: 'replayed',
      eventUid: held,
      generation: 3,
      sensor: 'other',
      state: 'queued',
      scope: { events: [{ uid: replayed }, { uid: held }] } as never,
    });
    await sweepAll(knex);
    expect(await old.payloads()).toEqual([held, joined, waiting, replayed]);
    expect(await count('decisions')).toBe(3);
    expect(await old.uids()).not.toContain(done);

    await knex('runs').update({ state: 'ended', ended_at: daysAgo(1) });
    await knex('decisions')
      .where({ outcome: 'waiting' })
      .update({ outcome: 'suppressed' });
    await sweepAll(knex);
    expect(await old.payloads()).toEqual([]);
    expect(await knex('decisions').pluck('event_uid')).toEqual([joined]);
    expect(await old.uids()).toEqual([held, joined]);
  });

  it('leaves alone what a replay is to decide', async () => {
    await seedSensor(knex, { name: 'promote-image' });
    const [inside] = await old.accept(60);
    const [named] = await old.accept(90);
    await old.accept(70);
    await old.decideAll();
    const range = await seedReplay(knex, {
      name: 'range',
      sensor: 'promote-image',
    });
    await knex('replays')
      .where({ id: range })
      .update({ starts_at: daysAgo(61), ends_at: daysAgo(59) });
    const some = await seedReplay(knex, {
      name: 'named',
      sensor: 'promote-image',
      state: 'paused',
    });
    await knex('replays')
      .where({ id: some })
      .update({
        starts_at: 0,
        ends_at: Date.now(),
        events: JSON.stringify({ uids: [named] }),
      });
    await sweepAll(knex);
    expect(await old.payloads()).toEqual([inside, named]);
    await knex('replays').update({ state: 'done' });
    await sweepAll(knex);
    expect(await old.uids()).toEqual([]);
  });

  it('keeps a story for as long as configured, and then lets all of it go', async () => {
    const uids = await old.accept(450, 3);
    const [told, fresh, open] = uids;
    await old.decideAll();
    const runs = [
      await ended('told', told, 410, { sensor: 'a' }),
      await ended('fresh', fresh, 390, { sensor: 'b' }),
      await ended('open', open, 410, { sensor: 'c' }),
    ];
    for (const [at, runId] of runs.entries()) {
      await seedLine(knex, {
        kind: 'released',
        eventUid: uids[at],
        runId,
        data: {},
        at: 1,
      });
    }
    const gone = await seedChange(knex, {
      name: 'gone',
      members: [runs[0]],
      state: 'ended',
      end: 'merged',
      createdAt: daysAgo(411),
      endedAt: daysAgo(410),
    });
    const proposed = await seedChange(knex, {
      name: 'proposed',
      members: [runs[2]],
      createdAt: daysAgo(411),
    });
    await seedLine(knex, {
      kind: 'commitNews',
      changeId: gone,
      data: {},
      at: 1,
    });
    await sweepAll(knex);
    expect(await knex('runs').orderBy('seq').pluck('id')).toEqual(
      runs.slice(1),
    );
    expect(await old.uids()).toEqual([fresh, open]);
    expect(await knex('changes').pluck('id')).toEqual([proposed]);
    expect(await knex('change_revisions').pluck('change_id')).toEqual([
      proposed,
    ]);
    expect(await knex('effects').pluck('run_id')).toEqual([runs[2]]);
    expect(await knex('timeline').orderBy('seq').pluck('run_id')).toEqual(
      runs.slice(1),
    );
  });

  it('keeps what an older run that is held would be compared with, whichever sensor wrote it', async () => {
    const [uid, other] = await old.accept(450, 2);
    await old.decideAll();
    await seedRun(knex, { name: 'held', eventUid: other, state: 'held' });
    const newer = await ended('newer', uid, 410, { sensor: 'another' });
    await sweepAll(knex);
    expect(await knex('runs').where({ id: newer })).toHaveLength(1);
    await knex('runs')
      .whereNot({ id: newer })
      .update({ state: 'ended', ended_at: daysAgo(409) });
    await sweepAll(knex);
    expect(await count('runs')).toBe(0);
    expect(await old.uids()).toEqual([]);
  });

  it('forgets what came through a broker and is no event', async () => {
    for (const days of [31, 29]) {
      await knex('intake_leftovers').insert({
        ...{ partition: 'p', place: 'offset 1', reason: '' },
        ...{ record: Buffer.of(1), at: daysAgo(days) },
      });
    }
    await sweepAll(knex);
    expect(await knex('intake_leftovers')).toHaveLength(1);
  });

  it('forgets what sensors said, except of what shares a run', async () => {
    const uids = await old.accept(20, 3);
    await old.decideAll();
    const run = await ended('done', uids[0], 19);
    const said = (of: string, days: number, runId?: string) =>
      seedDecision(knex, {
        eventUid: of,
        sensor: `s${days}`,
        outcome: runId ? 'fired' : 'suppressed',
        runId,
        at: daysAgo(days),
      });
    await said(uids[0], 20);
    await said(uids[1], 20, run);
    await said(uids[2], 13);
    await sweepAll(knex);
    expect(await knex('decisions').orderBy('seq').pluck('event_uid')).toEqual(
      uids.slice(1),
    );
  });

  it('breaks no chain', async () => {
    const [uid] = await old.accept(450);
    await old.decideAll();
    await knex.transaction(async tx => {
      await appendChain(tx, 'runs', [{ what: 'decision', event: uid }], 1);
      await appendChain(tx, 'runs', [{ what: 'run', run: idOf('x') }], 2);
    });
    await sweepAll(knex);
    expect(await old.uids()).toEqual([]);
    expect(await count('chain')).toBe(2);
    expect(await verifyChain(knex, 'runs')).toMatchObject({ rows: 2 });
  });

  it('is done by one replica at a time, and taken over from one that died', async () => {
    await old.accept(50, 1_200);
    await old.decideAll();
    const retention = defaultRetention;
    const dead = (await claimSweep(knex, 60_000))!;
    expect(await claimSweep(knex, 60_000)).toBeUndefined();
    expect(await sweepOnce({ knex, retention })).toBe(false);
    expect(await old.payloads()).toHaveLength(1_200);
    await knex('retention').update({ due_at: 0 });
    const next = (await claimSweep(knex, 60_000))!;
    await expect(knex.transaction(tx => lockSweep(tx, dead))).rejects.toThrow(
      SweepMoved,
    );
    await knex.transaction(tx => lockSweep(tx, next));
    await sweepAll(knex);
    expect(await old.uids()).toEqual([]);
  });

  it('looks at so many rows at once, and goes on behind them', async () => {
    await old.accept(32, 1_200);
    await old.decideAll();
    const left: number[] = [];
    await knex('retention').update({ due_at: 0 });
    while (await sweepOnce({ knex, retention: defaultRetention })) {
      left.push((await old.payloads()).length);
    }
    expect([...new Set(left)]).toEqual([1_200, 700, 200, 0]);
    // The next one begins where nothing was left over.
    const { place } = await knex('retention').first();
    const [last] = await knex('events').orderBy('seq', 'desc');
    expect(JSON.parse(place).begins.payloads.seq).toBe(Number(last.seq));
  });
});
