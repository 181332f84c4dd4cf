import type { Action } from '@gitops-events/plugin-gitops-events-node';
import { MemoryBroker } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { z } from 'zod';
import { startPlugin } from './__testUtils__/startPlugin';
import {
  describeWithServers,
  startServer,
  type RealServer,
} from './store/__testUtils__/realServer';

jest.setTimeout(120_000);
waitForExpect.defaults.timeout = 30_000;

const sensor = `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: note, owner: 'group:default/platform' }
spec:
  mode: auto
  dependencies:
    - { name: pushed, ingress: registry, type: io.example.pushed }
  title: \${{ event.id }}
  steps:
    - { id: note, action: 'test:note' }
`;
const note: Action<object> = {
  id: 'test:note',
  description: 'Does nothing',
  input: z.object({}),
  safety: 'key',
  run: async () => ({ outcome: 'done' }),
};

const ids = (count: number) =>
  Array.from({ length: count }, (_, at) => `storm ${at}`);

describeWithServers('while PostgreSQL is down', () => {
  let server: RealServer;
  let stop: (() => Promise<void>) | undefined;
  let databases = 0;
  beforeAll(async () => {
    server = await startServer();
  });
  afterEach(async () => {
    await stop?.();
    stop = undefined;
  });
  afterAll(() => server.stop());

  const start = async (bus?: MemoryBroker) => {
    databases += 1;
    const name = `portal_${databases}`;
    await server.connect('postgres').raw('create database ??', [name]);
    const knex = server.connect(name);
    const plugin = await startPlugin({
      ...{ knex, bus, actions: [note] },
      sensors: { 'note.yaml': sensor },
      files: { 'apps/a.yaml': 'a: 1\n' },
      gitopsEvents: bus && { bus: { kind: 'memory' } },
    });
    stop = plugin.stop;
    const send = (id: string, more: object = {}) =>
      plugin.send(
        'application/cloudevents+json',
        JSON.stringify({
          ...{ specversion: '1.0', id, source: '/registry' },
          ...{ type: 'io.example.pushed', ...more },
        }),
      );
    /** Titles of the runs that ended done. */
    const ran = async () =>
      (await knex('runs').where({ end: 'done' }).pluck('title')).sort();
    const hasRun = (titles: string[]) =>
      waitForExpect(async () => expect(await ran()).toEqual(titles.sort()));
    await send('before').expect(202);
    await hasRun(['before']);
    return { send, hasRun, knex };
  };

  it('what a broker acknowledges is accepted, and decided once PostgreSQL is back', async () => {
    const { send, hasRun } = await start(new MemoryBroker());
    await server.crash();
    for (const id of ['one', 'two']) {
      const { body } = await send(id).expect(202);
      expect(body).toMatchObject({
        durability: 'replicated',
        events: [{ id, result: 'accepted' }],
      });
    }
    // Its depth stands in the database.
    const follows = await send('three', { causationid: 'f'.repeat(32) });
    expect(follows).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
    });
    await server.restart();
    await hasRun(['before', 'one', 'two']);
  });

  it('the embedded bus answers 503 with Retry-After, and what is sent again is decided once', async () => {
    const { send, hasRun, knex } = await start();
    const sending = Promise.all(ids(30).map(id => send(id)));
    await server.crash();
    const answers = await sending;
    for (const id of ['after', 'follows']) {
      const causationid = id === 'follows' ? 'f'.repeat(32) : undefined;
      expect(await send(id, { causationid })).toMatchObject({
        status: 503,
        body: { detail: expect.stringContaining('Send them again') },
        headers: { 'retry-after': '1' },
      });
    }
    expect(new Set([202, 503])).toEqual(
      new Set([202, 503, ...answers.map(({ status }) => status)]),
    );

    await server.restart();
    const again = async (id: string) =>
      waitForExpect(async () => expect((await send(id)).status).toBe(202));
    const refused = ids(30).filter((_, at) => answers[at].status === 503);
    for (const id of [...refused, 'after']) await again(id);
    const { body } = await send('after').expect(202);
    expect(body.events).toMatchObject([{ result: 'duplicate' }]);
    await hasRun(['before', 'after', ...ids(30)]);
    expect(await knex('runs').where({ state: 'held' })).toEqual([]);
  });
});
