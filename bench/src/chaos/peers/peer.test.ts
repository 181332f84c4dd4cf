import path from 'node:path';
import { testDatabases } from '@gitops-events/plugin-gitops-events-backend/src/store/testDatabases';
import type { Knex } from 'knex';
import { peers } from './peer';

jest.setTimeout(60_000);

const databases = testDatabases();
const events = peers.find(({ name }) => name === 'backstage-events')!;

describe('the events backend of Backstage', () => {
  let knex: Knex;

  beforeEach(async () => {
    knex = await databases.empty('postgres');
    const directory = path.join(
      path.dirname(
        require.resolve('@backstage/plugin-events-backend/package.json'),
      ),
      'migrations',
    );
    await knex.migrate.latest({ directory });
  });

  const subscribe = (id: string, readUntil: number) =>
    knex('event_bus_subscriptions').insert({
      ...{ id, read_until: readUntil },
      ...{ created_by: 'service=plugin:chaos', topics: ['chaos'] },
    });

  it('is ready once its subscriber is there', async () => {
    expect(await events.isReady(knex)).toBe(false);
    await subscribe('somebody.else', 0);
    expect(await events.isReady(knex)).toBe(false);
    await subscribe('chaos.effects', 0);
    expect(await events.isReady(knex)).toBe(true);
  });

  it('keeps what its subscriber has not come to, and nothing behind that', async () => {
    await subscribe('somebody.else', 0);
    await subscribe('chaos.effects', 2);
    for (const id of ['given', 'left out', 'next', 'last']) {
      await knex('event_bus_events').insert({
        ...{ created_by: 'service=plugin:events', topic: 'chaos' },
        data_json: JSON.stringify({ payload: { id } }),
      });
    }
    expect((await events.kept(knex)).sort()).toEqual(['last', 'next']);
  });
});
