import type { Knex } from 'knex';
import {
  idOf,
  seedEvent,
  seedLine,
  seedReplay,
  seedRun,
  seedSensor,
  start,
} from '../timeline/__testUtils__/seed';
import { seedChange } from '../timeline/__testUtils__/seedChange';
import { readInvolved } from './readInvolved';
import { insertRevert } from './reverts';
import { databaseKinds, testDatabases } from './testDatabases';

const databases = testDatabases();
const [ana, ben, pia] = ['ana', 'ben', 'pia'].map(one => `user:default/${one}`);

describe.each(databaseKinds)('who had a part in a change, on %s', kind => {
  let knex: Knex;

  beforeEach(async () => {
    knex = (await databases.open(kind)).knex;
  });

  const changeOf = (name: string, ...members: string[]) =>
    seedChange(knex, { name, members });
  const of = async (id: string) => (await readInvolved(knex, [id])).get(id);

  it('are the people behind each event of each run, and no service', async () => {
    const first = await seedEvent(knex, {
      id: 'first',
      principal: `${ana} via plugin:scaffolder`,
    });
    const last = await seedEvent(knex, { id: 'last', principal: ben });
    const pushed = await seedEvent(knex, { id: 'pushed' });
    const scope = { events: [{ uid: first }, { uid: last }] };
    const joined = await seedRun(knex, {
      name: 'joined',
      eventUid: last,
      scope,
    });
    const alone = await seedRun(knex, { name: 'alone', eventUid: pushed });
    const id = await changeOf('one', joined, alone);
    expect(await of(id)).toEqual([
      { by: ana, did: 'requested' },
      { by: ben, did: 'requested' },
    ]);
  });

  it('are those behind what led to an event, also in a circle', async () => {
    const asked = await seedEvent(knex, { id: 'asked', principal: ana });
    const between = await seedEvent(knex, { id: 'between' });
    const last = await seedEvent(knex, { id: 'last' });
    const follows = (uid: string, causation: string) =>
      knex('events').where({ uid }).update({ causation_id: causation });
    await follows(between, asked);
    await follows(last, between);
    await follows(asked, last);
    const run = await seedRun(knex, { name: 'last', eventUid: last });
    const id = await changeOf('one', run);
    expect(await of(id)).toEqual([{ by: ana, did: 'requested' }]);
  });

  it('are those behind each run in a commit of ours that an event tells of', async () => {
    const [first, last, alone, pushed] = [
      await seedEvent(knex, { id: 'first', principal: ana }),
      await seedEvent(knex, { id: 'last', principal: ben }),
      await seedEvent(knex, { id: 'alone', principal: pia }),
      await seedEvent(knex, { id: 'pushed' }),
    ];
    const scope = { events: [{ uid: first }, { uid: last }] };
    const staging = await changeOf(
      'staging',
      await seedRun(knex, { name: 'joined', eventUid: last, scope }),
      await seedRun(knex, { name: 'alone', eventUid: alone }),
    );
    const about = JSON.stringify({ changeId: staging });
    await knex('events')
      .where({ uid: pushed })
      .update({ about, causation_id: last });
    const run = await seedRun(knex, { name: 'promote', eventUid: pushed });
    const production = await changeOf('production', run);
    expect(await of(production)).toEqual([
      { by: ana, did: 'requested' },
      { by: ben, did: 'requested' },
      { by: pia, did: 'requested' },
    ]);
  });

  it('are who released a run and who had it replayed, each of this change alone', async () => {
    const eventUid = await seedEvent(knex, { id: 'one' });
    await seedSensor(knex, { name: 'promote-image' });
    await seedReplay(knex, {
      name: 'one',
      sensor: 'promote-image',
      mode: 'real',
    });
    const { seq } = await knex('replays').first('seq');
    const replayed = await seedRun(knex, {
      name: 'replayed',
      eventUid,
      generation: Number(seq),
    });
    const released = await seedRun(knex, { name: 'released', eventUid });
    for (const by of [ben, 'plugin:scaffolder', ben]) {
      await seedLine(knex, {
        kind: 'released',
        runId: released,
        data: { by },
        at: start,
      });
    }
    await seedLine(knex, {
      kind: 'comment',
      runId: released,
      data: { by: ana, text: 'Fine' },
      at: start,
    });
    const one = await changeOf('one', replayed);
    const other = await changeOf('other', released);
    const none = await changeOf('none');
    const found = await readInvolved(knex, [one, other, none]);
    expect(Object.fromEntries(found)).toEqual({
      [one]: [{ by: pia, did: 'replayed' }],
      [other]: [{ by: ben, did: 'released' }],
    });
  });

  it('are who asked for a revert, of the change that carries it alone', async () => {
    const eventUid = await seedEvent(knex, { id: 'one' });
    const ofRun = await seedRun(knex, { name: 'bad', eventUid });
    const runId = await seedRun(knex, { name: 'back', eventUid });
    const words = { comment: 'It crashes.', digest: 'd', askedAt: start };
    await insertRevert(knex, { runId, ofRun, by: ana, ...words }, ['key']);
    const bad = await changeOf('bad', ofRun);
    const back = await changeOf('back', runId);
    const found = await readInvolved(knex, [bad, back]);
    expect(Object.fromEntries(found)).toEqual({
      [back]: [{ by: ana, did: 'reverted' }],
    });
  });

  it('are not those of a run that left', async () => {
    const eventUid = await seedEvent(knex, { id: 'one', principal: ana });
    const run = await seedRun(knex, { name: 'one', eventUid });
    const id = await changeOf('one', run);
    await knex('effects')
      .where({ run_id: idOf('run one') })
      .update({ state: 'left' });
    expect(await of(id)).toBeUndefined();
  });
});
