import type { Knex } from 'knex';
import { testConfig } from '../__testUtils__/testEngine';
import { activate, testSensor } from '../pipeline/testSensor';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { seedEvent, seedReplay, seedRun } from '../timeline/__testUtils__/seed';
import { startApi } from './__testUtils__/startApi';

jest.setTimeout(60_000);

const databases = testDatabases();
const events = { from: '2026-01-05T00:00:00Z' };
const rule = (name: string, file: string, target: object = {}) =>
  testSensor(name, {
    target: { environment: 'production', ...target },
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          edits: [{ kind: 'yaml', file, set: { tag: '1' } }],
        },
      },
    ],
  });
const byTarget = 'environments/${{ target.environment }}.yaml';
const [boundary] = testConfig.boundaries;
const config = {
  ...testConfig,
  // What it writes for itself is in production; elsewhere dev alone is granted.
  boundaries: [{ ...boundary, environments: ['dev', 'gone'] }],
  targets: {
    ...testConfig.targets,
    dev: { class: 'dev', mode: 'auto' } as const,
  },
};

describe.each(databaseKinds)('where a replay may land on %s', kind => {
  let knex: Knex;
  let api: Awaited<ReturnType<typeof startApi>>;

  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
    await activate(knex, [
      rule('promote', byTarget),
      rule('clusters', byTarget, { cluster: 'eu-1' }),
      rule('blind', 'environments/production.yaml'),
    ]);
    api = await startApi(knex, [], config);
  });
  beforeEach(() => {
    api.decisions.calls.length = 0;
  });
  afterAll(() => api.stop());

  const redirect = (
    target: object | undefined,
    more: { sensor?: string; as?: 'platform' | 'owner'; yaml?: string } = {},
  ) => {
    const { as = 'platform', ...rest } = more;
    const asked = rest.yaml ? {} : { sensor: 'promote' };
    const body = { ...asked, ...rest, mode: 'redirected', target, events };
    return api.call(as, 'createReplay', { body });
  };

  it('takes a configured one within the boundary of the owner', async () => {
    expect(
      (
        await api.call('platform', 'getRedirectChoice', {
          params: { name: 'promote' },
        })
      ).body,
    ).toEqual({ environments: ['dev'], parts: ['environment'] });
    await seedReplay(knex, { name: 'one', sensor: 'promote' });
    expect((await redirect({ environment: 'dev' })).status).toBe(200);
    expect(api.decisions.calls).toMatchObject([
      {
        decision: {
          mode: 'redirected',
          target: { environment: 'dev' },
          perSecond: 10,
        },
      },
    ]);
  });

  it.each([
    [
      'production',
      { environment: 'production' },
      {},
      422,
      /may not act on the environment "production"/,
    ],
    ['staging', { environment: 'staging' }, {}, 422, /may not act on/],
    [
      'what is granted and not configured',
      { environment: 'gone' },
      {},
      422,
      /There is no target gone/,
    ],
    [
      'what every object has',
      { environment: 'constructor' },
      {},
      422,
      /There is no target/,
    ],
    [
      'a cluster that the sensor does not know',
      { environment: 'dev', cluster: 'x' },
      {},
      422,
      /has no cluster/,
    ],
    [
      'half of a target',
      { environment: 'dev' },
      { sensor: 'clusters' },
      422,
      /has a cluster; say which/,
    ],
    [
      'what would write the same files',
      { environment: 'dev' },
      { sensor: 'blind' },
      422,
      /does the same whatever its target/,
    ],
    ['nowhere', undefined, {}, 400, /Name a `target`/],
    ['no environment', { cluster: 'x' }, {}, 400, /environment/],
    [
      'a text',
      { environment: 'dev' },
      { yaml: 'kind: Sensor' },
      400,
      /Only the active revision/,
    ],
    [
      'a sensor of others',
      { environment: 'dev' },
      { as: 'owner' as const },
      403,
      /redirected|replay events/,
    ],
  ])('refuses %s', async (_, target, more, status, detail) => {
    const answer = await redirect(target, more);
    expect(answer.body.detail).toMatch(detail);
    expect(answer.status).toBe(status);
    expect(api.decisions.calls).toEqual([]);
  });

  it('takes no target where it would not be heeded', async () => {
    for (const mode of ['dry', 'real']) {
      const target = { environment: 'dev' };
      const body = { sensor: 'promote', mode, target, events };
      const answer = await api.call('platform', 'createReplay', { body });
      expect(answer.status).toBe(400);
    }
  });

  it('tells its owners alone what is granted to them, and why it cannot', async () => {
    const choice = (name: string, as: 'platform' | 'owner' = 'platform') =>
      api.call(as, 'getRedirectChoice', { params: { name } });
    expect((await choice('promote', 'owner')).status).toBe(403);
    expect((await choice('blind')).body.refused).toMatch(/does the same/);
    expect((await choice('clusters')).body.parts).toEqual([
      'environment',
      'cluster',
    ]);
  });

  it('shows the runs that came of it, and where each would have landed', async () => {
    const id = await seedReplay(knex, {
      name: 'acting',
      sensor: 'promote',
      mode: 'redirected',
      target: { environment: 'dev' },
    });
    const { seq } = await knex('replays').where({ id }).first();
    const eventUid = await seedEvent(knex, { id: 'redirected' });
    const from = { environment: 'production' };
    const scope = { events: [{ uid: eventUid }], redirected: { from } };
    for (const [name, run] of Object.entries({
      a: { state: 'held' },
      b: { state: 'ended', end: 'applied' },
      c: { state: 'ended', end: 'applied' },
    })) {
      const of = { name, eventUid, sensor: 'promote', scope, generation: seq };
      await seedRun(knex, { ...of, ...run } as Parameters<typeof seedRun>[1]);
    }
    await seedRun(knex, { name: 'live', eventUid, sensor: 'promote' });

    const params = { id };
    const view = await api.read('getReplay', { params });
    expect(view).toMatchObject({ target: { environment: 'dev' } });
    expect(view.runs).toHaveLength(2);
    expect(view.runs).toEqual(
      expect.arrayContaining([
        { state: 'held', count: 1 },
        { state: 'applied', count: 2 },
      ]),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { cursor, limit: 2 };
      const page = await api.read('listReplayRuns', { params, query });
      for (const run of page.items) {
        expect(run.redirectedFrom).toEqual(from);
        seen.push(run.title);
      }
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(['a', 'b', 'c']);
  });
});
