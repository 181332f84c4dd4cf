import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import waitForExpect from 'wait-for-expect';
import { noteAction, noteSensor } from './__testUtils__/noteAction';
import { startPlugin } from './__testUtils__/startPlugin';
import { temporaryFolder } from './git/__testUtils__/gitCommand';
import {
  baseBackup,
  describeWithServers,
  startServer,
  type RealServer,
} from './store/__testUtils__/realServer';

jest.setTimeout(120_000);

describeWithServers('a server that is restored to a point in time', () => {
  const noted: string[] = [];
  const ends: Array<() => Promise<unknown>> = [];
  // Whatever a test came to, no server outlives it.
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  const launch = async (options: Parameters<typeof startServer>[0]) => {
    const started = await startServer(options);
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
  type Portal = Awaited<ReturnType<typeof start>>;
  const sendNoted = async (portal: Portal, id: string) => {
    const event = {
      ...{ specversion: '1.0', id },
      ...{ source: '/registry', type: 'io.example.pushed' },
    };
    await portal
      .send('application/cloudevents+json', JSON.stringify(event))
      .expect(202);
    await waitForExpect(() => {
      expect(noted.filter(one => one === id)).toHaveLength(1);
    });
  };

  it('starts stopped, as after a restore elsewhere, and once', async () => {
    const folder = await temporaryFolder();
    ends.push(() => rm(folder, { recursive: true }));
    const archive = path.join(folder, 'archive');
    await mkdir(archive);
    // The server runs as somebody else.
    await chmod(folder, 0o755);
    await chmod(archive, 0o777);

    const server = await launch({
      settings: [
        ...['archive_mode=on', 'wal_level=replica', 'max_wal_senders=2'],
        `archive_command=cp %p ${archive}/%f`,
      ],
    });
    const admin = server.connect('postgres');
    await admin.raw('create database portal');
    const before = await start(server);
    await sendNoted(before, 'a');
    const copy = path.join(folder, 'base');
    await baseBackup(server, copy);
    await sendNoted(before, 'b');
    await admin.raw(`select pg_create_restore_point('here')`);
    await sendNoted(before, 'c');
    await before.stop();
    await admin.raw('select pg_switch_wal()');
    await waitForExpect(async () => {
      const { rows } = await admin.raw(
        'select last_archived_wal, failed_count from pg_stat_archiver',
      );
      const { rows: now } = await admin.raw(
        'select pg_walfile_name(pg_current_wal_lsn()) as file',
      );
      expect(now[0].file > rows[0].last_archived_wal).toBe(true);
    });

    const restored = await launch({
      settings: [
        `restore_command=cp ${archive}/%f %p`,
        'recovery_target_name=here',
        'recovery_target_action=promote',
      ],
      fill: async data => {
        await rename(copy, data);
        await writeFile(path.join(data, 'recovery.signal'), '');
      },
    });
    const direct = restored.connect('portal');
    await waitForExpect(async () => {
      const { rows } = await direct.raw('select pg_is_in_recovery() as busy');
      expect(rows).toEqual([{ busy: false }]);
    });
    expect(await direct('events').pluck('id')).toEqual(['a', 'b']);

    const after = await start(restored);
    const { items } = await after.get('stops');
    expect(items).toMatchObject([
      {
        scope: { kind: 'all' },
        by: 'plugin:gitops-events',
        reason: expect.stringContaining('restore to a point in time'),
      },
    ]);
    await after.stop();

    // It is on record now, so that who lifts the stop is not asked again.
    const again = await start(restored);
    const [stop] = (await again.get('stops')).items;
    await again
      .post(`stops/${stop.id}/lift`, 'platform', {
        version: stop.version,
        comment: 'Looked at what was merged',
      })
      .expect(200);
    await again.stop();
    const last = await start(restored);
    expect((await last.get('stops')).items).toEqual([]);
    expect(noted).toEqual(['a', 'b', 'c']);
  });
});
