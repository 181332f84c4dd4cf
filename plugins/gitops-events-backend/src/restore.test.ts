import { rm } from 'node:fs/promises';
import path from 'node:path';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import waitForExpect from 'wait-for-expect';
import { noteAction, noteSensor } from './__testUtils__/noteAction';
import { startPlugin } from './__testUtils__/startPlugin';
import { EmbeddedBus } from './bus/embeddedBus';
import { temporaryFolder } from './git/__testUtils__/gitCommand';
import { Nudges } from './nudges';
import { eventUid } from './pipeline/accept';
import {
  describeWithServers,
  dump,
  restore,
  startServer,
  type RealServer,
} from './store/__testUtils__/realServer';

jest.setTimeout(120_000);

describeWithServers('a dump that is restored on another server', () => {
  const noted: string[] = [];
  const ends: Array<() => Promise<unknown>> = [];
  // Whatever a test came to, no server outlives it.
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  const server = async () => {
    const started = await startServer();
    ends.push(() => started.stop());
    return started;
  };
  const start = async (on: RealServer) => {
    const plugin = await startPlugin({
      knex: on.connect('portal'),
      sensors: { 'note.yaml': noteSensor() },
      files: { 'apps/a.yaml': 'a: 1\n' },
      actions: [noteAction(noted)],
    });
    let stopping: Promise<void> | undefined;
    const stop = () => (stopping ??= plugin.stop());
    ends.push(stop);
    return { ...plugin, stop };
  };
  const send = (plugin: Awaited<ReturnType<typeof start>>, id: string) =>
    plugin
      .send(
        'application/cloudevents+json',
        JSON.stringify({
          specversion: '1.0',
          id,
          source: '/registry',
          type: 'io.example.pushed',
        }),
      )
      .expect(202);

  it('starts stopped, decides what was not decided, and does nothing twice', async () => {
    const folder = await temporaryFolder();
    ends.push(() => rm(folder, { recursive: true }));
    const [from, to] = [await server(), await server()];
    await from.connect('postgres').raw('create database portal');
    await to.connect('postgres').raw('create database portal');
    // Transaction ids of the one are far ahead of the other's.
    const direct = from.connect('portal');
    await direct.raw(`do $$ begin for n in 1..20000 loop
      perform pg_current_xact_id(); commit; end loop; end $$`);

    const before = await start(from);
    for (const id of ['a', 'b', 'c']) await send(before, id);
    await waitForExpect(() => {
      expect([...noted].sort()).toEqual(['a', 'b', 'c']);
    }, 30_000);
    await waitForExpect(async () => {
      expect(await direct('runs').whereNot({ state: 'ended' })).toEqual([]);
    }, 30_000);
    await before.stop();
    const bus = new EmbeddedBus({
      database: { kind: 'postgres', knex: direct } as never,
      ingresses: [{ name: 'registry', partitions: 1 }],
      nudges: new Nudges(),
    });
    const undecided = ['d', 'e', 'f'].map(id => ({
      ...incomingEvent({
        id,
        source: '/registry',
        type: 'io.example.pushed',
        principal: 'external:registry',
      }),
      uid: eventUid('/registry', id),
    }));
    for (const event of undecided) await bus.publish([event]);

    const file = path.join(folder, 'portal.dump');
    await dump(from.url('portal'), file);
    await restore(file, to.url('portal'));
    const after = await start(to);
    const [stop] = (await after.get('stops')).items;
    expect(stop).toMatchObject({
      scope: { kind: 'all' },
      reason: expect.stringContaining('came from another PostgreSQL server'),
    });
    const restored = to.connect('portal');
    await waitForExpect(async () => {
      const decided = await restored('runs').orderBy('seq').pluck('event_uid');
      // In the order in which they were accepted; how they run beside each other is their own matter.
      expect(decided.slice(3)).toEqual(undecided.map(({ uid }) => uid));
    }, 30_000);
    expect(noted).toHaveLength(3);
    const { body } = await send(after, 'a');
    expect(body.events).toMatchObject([{ result: 'duplicate' }]);
    await send(after, 'g');

    await after
      .post(`stops/${stop.id}/lift`, 'platform', {
        version: stop.version,
        comment: 'Looked at what was merged',
      })
      .expect(200);
    await waitForExpect(() => {
      expect([...noted].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    }, 30_000);
  });
});
