import { ConflictError } from '@backstage/errors';
import { problemSchema } from '@gitops-events/plugin-gitops-events-common';
import { NewerValueError } from '../quarantine/newerValue';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import {
  idOf,
  seedEvent,
  seedRun,
  seedSensor,
} from '../timeline/__testUtils__/seed';
import { startApi } from './__testUtils__/startApi';

jest.setTimeout(60_000);

const databases = testDatabases();

describe.each(databaseKinds.slice(0, 1))('the router on %s', kind => {
  let api: Awaited<ReturnType<typeof startApi>>;
  const params = { id: idOf('run held') };

  beforeAll(async () => {
    const { knex } = await databases.open(kind);
    await seedSensor(knex, { name: 'promote-image' });
    const eventUid = await seedEvent(knex, { id: 'one' });
    await seedRun(knex, { name: 'held', state: 'held', eventUid });
    api = await startApi(knex);
  });

  beforeEach(() => {
    api.decisions.calls.length = 0;
    api.decisions.refusal = undefined;
  });

  afterAll(() => api.stop());

  it('names every bad place of a request', async () => {
    const response = await api.call('platform', 'releaseHeld', {
      params: { id: 'NOT-AN-ID' },
      body: { version: 'one', comment: 'x'.repeat(2001) },
    });

    expect(response.status).toBe(400);
    expect(response.type).toBe('application/problem+json');
    expect(
      response.body.errors.map(({ pointer }: { pointer: string }) => pointer),
    ).toEqual(['/params/id', '/version', '/comment']);
    expect(api.decisions.calls).toEqual([]);
  });

  it('refuses a query out of bounds and a cursor that is not ours', async () => {
    const limit = await api.call('platform', 'listEvents', {
      query: { limit: 201 },
    });
    const cursor = await api.call('platform', 'listEvents', {
      query: { cursor: 'drop table' },
    });

    expect(limit.body.errors).toEqual([
      { pointer: '/query/limit', detail: expect.any(String) },
    ]);
    expect(cursor.status).toBe(400);
    expect(cursor.body.detail).toContain('nextCursor');
  });

  it('refuses what is not JSON', async () => {
    const malformed = await api
      .call('platform', 'releaseHeld', { params })
      .type('application/json')
      .send('{"version":');
    const text = await api
      .call('platform', 'releaseHeld', { params })
      .type('text/plain')
      .send('version 1');

    expect([malformed.status, malformed.type]).toEqual([
      400,
      'application/problem+json',
    ]);
    expect([text.status, text.type]).toEqual([415, 'application/problem+json']);
  });

  it.each([
    ['anonymous', 401],
    ['token', 403],
  ] as const)(
    'turns %s away before it reads what they send',
    async (role, status) => {
      const large = await api
        .call(role, 'releaseHeld', { params })
        .type('application/json')
        .send(`{"comment":"${'x'.repeat(100_000)}"}`);
      const malformed = await api
        .call(role, 'releaseHeld', { params })
        .type('application/json')
        .send('{"version":');
      expect([large.status, malformed.status]).toEqual([status, status]);
    },
  );

  it('refuses a decision that is too large of those it knows', async () => {
    const large = await api
      .call('platform', 'releaseHeld', { params })
      .type('application/json')
      .send(`{"comment":"${'x'.repeat(100_000)}"}`);
    expect([large.status, large.type]).toEqual([
      413,
      'application/problem+json',
    ]);
  });

  it('passes on who decided, on what, and having seen which version', async () => {
    await api.call('platform', 'releaseHeld', {
      params,
      body: { version: 7, comment: 'Fine now' },
    });

    expect(api.decisions.calls).toEqual([
      {
        what: 'releaseRun',
        decision: {
          ...params,
          version: 7,
          comment: 'Fine now',
          confirmOlder: false,
          by: 'user:default/pia',
        },
      },
    ]);
  });

  it('tells the second of two people what the first one did', async () => {
    api.decisions.refusal = new ConflictError('Ana released it meanwhile.');

    const response = await api.call('platform', 'discardHeld', {
      params,
      body: { version: 1 },
    });

    expect(response.status).toBe(409);
    expect(response.body).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: 'Ana released it meanwhile.',
      instance: `/api/gitops-events/v1/quarantine/${params.id}/discard`,
    });
  });

  it('tells whom an older value is asked about what it would replace', async () => {
    const newer = {
      title: 'Promote image shop/api:1.8.2',
      at: '2026-01-05T10:00:00.000Z',
      values: [{ name: 'image.tag', older: '1.8.1', newer: '1.8.2' }],
    };
    api.decisions.refusal = new NewerValueError(newer);

    const response = await api.call('platform', 'releaseHeld', {
      params,
      body: { version: 1 },
    });

    expect(response.status).toBe(409);
    expect(problemSchema.parse(response.body).newer).toEqual(newer);
  });

  it('keeps our own failures to itself', async () => {
    api.decisions.refusal = new Error('password authentication failed');

    const response = await api.call('platform', 'discardHeld', {
      params,
      body: { version: 1 },
    });

    expect(response.status).toBe(500);
    expect(JSON.stringify(response.body)).not.toContain('password');
  });

  it('answers an unknown route with a problem', async () => {
    const response = await api.get('/v1/nothing/here');

    expect([response.status, response.type]).toEqual([
      404,
      'application/problem+json',
    ]);
  });
});
