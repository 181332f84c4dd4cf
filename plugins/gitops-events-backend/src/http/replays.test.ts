import type { Knex } from 'knex';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import {
  idOf,
  seedEvent,
  seedReplay,
  seedSensor,
  start,
} from '../timeline/__testUtils__/seed';
import { startApi } from './__testUtils__/startApi';

jest.setTimeout(60_000);

const databases = testDatabases();
const from = new Date(start).toISOString();
const yaml = (more = {}) =>
  JSON.stringify({
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name: 'mine', owner: 'group:default/platform' },
    spec: {
      dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
      steps: [{ id: 'wait', action: 'sync:wait' }],
    },
    ...more,
  });

describe.each(databaseKinds)('/v1/replays on %s', kind => {
  let knex: Knex;
  let api: Awaited<ReturnType<typeof startApi>>;

  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
    await seedSensor(knex, { name: 'mine' });
    await seedSensor(knex, { name: 'theirs', owner: 'group:default/shop' });
    await seedReplay(knex, { name: 'one', sensor: 'mine' });
    api = await startApi(knex);
  });
  afterAll(() => api.stop());

  const create = (body: object, as: 'platform' | 'owner' = 'platform') =>
    api.call(as, 'createReplay', { body });

  it('takes a loaded sensor, with the pace of its mode', async () => {
    api.decisions.calls.length = 0;
    await create({ sensor: 'mine', events: { from } }).expect(200);
    const real = { sensor: 'mine', mode: 'real', events: { from } };
    await create(real).expect(200);
    expect(api.decisions.calls.map(({ decision }) => decision)).toMatchObject([
      {
        rule: { name: 'mine', revision: 1 },
        mode: 'dry',
        perSecond: 500,
        by: 'user:default/pia',
        ownerRef: 'group:default/platform',
      },
      { mode: 'real', perSecond: 10 },
    ]);
  });

  it.each([
    ['neither rule', { events: { from } }, 400, /Give either `yaml`/],
    [
      'neither time nor events',
      { sensor: 'mine', events: {} },
      400,
      /Give either `events.uids`/,
    ],
    [
      'two sensors',
      {
        yaml: `${yaml()}\n---\n${yaml({ metadata: { name: 'other', owner: 'group:default/platform' } })}`,
        events: { from },
      },
      400,
      /holds 2 sensors/,
    ],
    [
      'a filter that cannot be read',
      { sensor: 'mine', events: { from, filter: 'event.' } },
      422,
      /./,
    ],
    [
      'a filter that asks for more than the event',
      { sensor: 'mine', events: { from, filter: 'steps.a' } },
      422,
      /steps/,
    ],
    [
      'a text for real',
      { yaml: yaml(), mode: 'real', events: { from } },
      400,
      /Only the active revision/,
    ],
    [
      'a rush for real',
      { sensor: 'mine', mode: 'real', perSecond: 500, events: { from } },
      400,
      /at most 100/,
    ],
    [
      'a revision that is not there',
      { sensor: 'mine', revision: 7, events: { from } },
      404,
      /revision/,
    ],
    [
      'an event that is not there',
      { sensor: 'mine', events: { uids: [idOf('gone')] } },
      404,
      /There is no event/,
    ],
    [
      'more than the boundary grants',
      {
        yaml: yaml({
          spec: {
            dependencies: [{ name: 'a', ingress: 'theirs', type: 'b' }],
            steps: [{ id: 'c', action: 'sync:wait' }],
          },
        }),
        events: { from },
      },
      422,
      /theirs/,
    ],
  ])('refuses %s', async (_, body, status, detail) => {
    const answer = await create(body);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toMatch(detail);
  });

  it('shows nobody the events or the record of another owner', async () => {
    const foreign = await create({ yaml: yaml(), events: { from } }, 'owner');
    expect(foreign.status).toBe(403);
    // A text of one's own that takes the name of a sensor of somebody else.
    const named = yaml({
      metadata: { name: 'mine', owner: 'group:default/shop' },
    });
    const taken = await create({ yaml: named, events: { from } }, 'owner');
    expect(taken.status).toBe(403);
    expect(taken.body.detail).toContain('group:default/platform');

    const uid = await seedEvent(knex, {
      id: 'theirs',
      ownerRef: 'group:default/payments',
    });
    const events = { uids: [uid] };
    const hidden = await create({ sensor: 'theirs', events }, 'owner');
    expect(hidden.status).toBe(404);
    const list = await api.read('listReplays', { as: 'owner' });
    expect(list.items).toEqual([]);
  });

  it('does not run what is paused', async () => {
    await knex('sensors').where({ name: 'mine' }).update({ paused: true });
    const real = { sensor: 'mine', mode: 'real', events: { from } };
    const answer = await create(real);
    await knex('sensors').where({ name: 'mine' }).update({ paused: false });
    expect(answer.status).toBe(409);
    expect(answer.body.detail).toContain('is paused');
  });

  it('leads through what was found by cursor, each once, secrets masked', async () => {
    const replayId = idOf('replay one');
    for (let n = 0; n < 5; n++) {
      const eventUid = await seedEvent(knex, { id: `found ${n}` });
      const reason = {
        code: 'fired',
        message: 'Yes.',
        detail: { token: 'hunter2' },
      };
      await knex('replay_findings').insert({
        replay_id: replayId,
        event_uid: eventUid,
        difference: ['firesNow', 'firesNow', 'firesNow', 'other', 'waiting'][n],
        now: JSON.stringify({ outcome: 'fired', reason }),
      });
    }
    const params = { id: replayId };
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const query = { cursor, limit: 2 };
      const page = await api.read('listReplayFindings', { params, query });
      seen.push(...page.items.map((one: any) => one.difference));
      expect(JSON.stringify(page)).not.toContain('hunter2');
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(['firesNow', 'firesNow', 'firesNow', 'other']);
    const other = await api.read('listReplayFindings', {
      params,
      query: { difference: 'other' },
    });
    expect(other.items).toHaveLength(1);
  });
});
