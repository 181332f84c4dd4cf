import { mockCredentials } from '@backstage/backend-test-utils';
import { problemSchema } from '@gitops-events/plugin-gitops-events-common';
import express from 'express';
import request from 'supertest';
import { EmbeddedBus } from '../bus/embeddedBus';
import { Nudges } from '../nudges';
import { Acceptor, type AcceptorOptions } from '../pipeline/accept';
import { eventFromRow } from '../store/eventRow';
import { readDepths } from '../store/readDepths';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { problemHandler } from './problem';
import { publishEventsRouter } from './publishEvents';
import { silentLogger } from '../__testUtils__/testLogger';

const databases = testDatabases();
const ingress = {
  name: 'registry',
  principals: ['external:registry'],
  sources: ['/registry'],
  types: ['io.example.*'],
  entities: [],
  partitions: 1,
};
const structured = 'application/cloudevents+json';
const batched = 'application/cloudevents-batch+json';

function eventOf(id: string, more: object = {}) {
  return {
    specversion: '1.0',
    id,
    source: '/registry',
    type: 'io.example.pushed',
    ...more,
  };
}

const audited: string[] = [];
beforeEach(() => audited.splice(0));

function appWith(
  bus: AcceptorOptions['bus'],
  depthsOf: AcceptorOptions['depthsOf'],
  eventsPerMinute = 120_000,
) {
  const logger = silentLogger();
  const app = express();
  app.use(
    publishEventsRouter({
      acceptor: new Acceptor({
        bus,
        ingresses: [ingress],
        limits: { eventBytes: 262_144 },
        authorizeEntity: async () => ({}),
        depthsOf,
      }),
      authenticate: async () => mockCredentials.service('external:registry'),
      limits: { requestBytes: 1_048_576, batchEvents: 1000, eventsPerMinute },
      durability: 'disk',
      auditRefusal: async (_, { message }) => {
        audited.push(message);
      },
      logger,
    }),
  );
  app.use(problemHandler(logger));
  return app;
}

function send(
  app: express.Express,
  contentType: string,
  body: string | Buffer,
) {
  return request(app).post('/v1/events').type(contentType).send(body);
}

describe.each(databaseKinds)('POST /v1/events on %s', kind => {
  let app: express.Express;
  let bounded: (eventsPerMinute: number) => express.Express;
  let stored: () => Promise<ReturnType<typeof eventFromRow>[]>;

  beforeEach(async () => {
    const database = await databases.open(kind);
    const { knex } = database;
    const bus = new EmbeddedBus({
      database,
      ingresses: [ingress],
      nudges: new Nudges(),
    });
    const depthsOf = (uids: string[]) => readDepths(knex, uids);
    bounded = perMinute => appWith(bus, depthsOf, perMinute);
    app = appWith(bus, depthsOf);
    stored = async () =>
      (await knex('events').orderBy('seq')).map(eventFromRow);
  });

  it('stores one event and answers 202 with its uid', async () => {
    const body = `{"specversion":"1.0","id":"1","source":"/registry","type":"io.example.pushed","data":{"n": 12345678901234567890}}`;
    const answer = await send(app, structured, body).expect(202);
    const [event] = await stored();
    expect(answer.body).toEqual({
      events: [
        { id: '1', source: '/registry', uid: event.uid, result: 'accepted' },
      ],
      durability: 'disk',
    });
    expect(Buffer.from(event.data!).toString()).toBe(
      '{"n": 12345678901234567890}',
    );
  });

  it('answers an event that it has with 202, as a duplicate', async () => {
    const body = JSON.stringify(eventOf('1'));
    await send(app, structured, body).expect(202);
    const again = await send(app, structured, body).expect(202);
    expect(again.body.events[0].result).toBe('duplicate');
    expect(await stored()).toHaveLength(1);
  });

  it('takes so many events a minute of one principal, then says when to come again', async () => {
    app = bounded(1);
    const batch = JSON.stringify([eventOf('1'), eventOf('2')]);
    await send(app, batched, batch).expect(202);
    const more = await send(app, structured, JSON.stringify(eventOf('3')));
    expect([more.status, more.type]).toEqual([429, 'application/problem+json']);
    expect(Number(more.headers['retry-after'])).toBeGreaterThan(60);
    expect(problemSchema.parse(more.body).detail).toMatch(
      /^You sent more than 1 events a minute \(gitopsEvents\.limits\.eventsPerMinute\)\. Nothing of this request was stored; send it again in \d+ s\.$/,
    );
    // Nor is it read first: this is no event at all.
    await send(app, structured, '{'.repeat(100)).expect(429);
    expect(await stored()).toHaveLength(2);
  });

  it('audits what nobody granted, and nothing else', async () => {
    await send(app, structured, JSON.stringify(eventOf('1'))).expect(202);
    await send(app, structured, '{').expect(400);
    expect(audited).toEqual([]);
    const forged = eventOf('2', { source: '/other' });
    await send(app, structured, JSON.stringify(forged)).expect(403);
    await send(app, batched, JSON.stringify([eventOf('3'), forged])).expect(
      422,
    );
    expect(audited).toEqual([
      expect.stringContaining('/other'),
      expect.stringContaining('1 events were stored'),
    ]);
  });

  it('takes binary mode with any payload', async () => {
    const data = Buffer.from([0, 1, 255]);
    await request(app)
      .post('/v1/events')
      .set({
        'ce-specversion': '1.0',
        'ce-id': '%E2%82%AC',
        'ce-source': '/registry',
        'ce-type': 'io.example.pushed',
      })
      .type('application/octet-stream')
      .send(data)
      .expect(202);
    const [event] = await stored();
    expect(event.id).toBe('€');
    expect(Buffer.from(event.data!)).toEqual(data);
  });

  it('stores the neighbours of bad events, and says which is which', async () => {
    const body = JSON.stringify([
      eventOf('good'),
      eventOf('nul \0'),
      eventOf('half \ud83d'),
      eventOf('forged', { source: '/other' }),
      eventOf('good too', { data: 'nul \0 and \ud83d are bytes here' }),
    ]);
    const answer = await send(app, batched, body).expect(422);
    const problem = problemSchema.parse(answer.body);
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([
      '/1/id',
      '/2/id',
      '/3/source',
    ]);
    expect(problem.accepted?.map(({ id }) => id)).toEqual(['good', 'good too']);
    expect((await stored()).map(({ id }) => id)).toEqual(['good', 'good too']);
  });

  it.each([
    [400, structured, '{"specversion":', 'line 1, column 16'],
    [400, structured, '[]', 'object'],
    [400, structured, '{}', 'errors'],
    [400, batched, '{}', 'array'],
    [
      403,
      structured,
      JSON.stringify(eventOf('1', { source: '/x' })),
      'ingress',
    ],
    [403, batched, JSON.stringify([eventOf('1', { type: 'x' })]), 'types'],
    [413, structured, 'x'.repeat(2 * 1024 * 1024), '1048576 bytes'],
    [
      413,
      structured,
      JSON.stringify(eventOf('1', { data: 'x'.repeat(300_000) })),
      '262144',
    ],
    [415, 'application/json', JSON.stringify(eventOf('1')), 'cloudevents+json'],
    [415, 'text/xml', '<event/>', 'cloudevents+json'],
  ])('answers %i to %s %.40s', async (status, contentType, body, words) => {
    const answer = await send(app, contentType, body).expect(status);
    expect(answer.type).toBe('application/problem+json');
    const problem = problemSchema.parse(answer.body);
    expect(problem).toMatchObject({
      status,
      detail: expect.stringContaining(words),
    });
    expect(await stored()).toEqual([]);
  });
});

it('answers 503 and when to come again while the bus cannot say', async () => {
  const gone = {
    publish: async () => {
      throw new Error('connection to secret-host refused');
    },
  };
  const app = appWith(gone, async () => new Map());
  const answer = await send(
    app,
    structured,
    JSON.stringify(eventOf('1')),
  ).expect(503);
  expect(answer.headers['retry-after']).toBe('1');
  expect(answer.text).not.toContain('secret-host');
});
