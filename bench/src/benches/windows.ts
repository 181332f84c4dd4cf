import type { ReceivedEvent } from '@gitops-events/plugin-gitops-events-backend/src/sources/envelope';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { sampleEvent, samplePrincipal } from '../ours/sampleEvent';
import { prepareFolders } from '../ours/spineConfig';
import { startAction } from '../ours/startSensor';
import { startSpine, type Spine } from '../ours/startSpine';
import { benchRow } from '../report/benchRow';
import type { Bench } from './bench';

const BATCH = 500;
/** Events that a measurement takes. */
const MEASURED = 2_000;

/** Joins each push with its scan, by image. */
const joined: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'joined', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [
      { name: 'pushed', ingress: 'registry', type: 'io.registry.push' },
      { name: 'scanned', ingress: 'registry', type: 'io.registry.scan' },
    ],
    window: { key: 'event.subject', join: { within: '7d' } },
    steps: [{ id: 'start', action: 'bench:start' }],
  },
};

/** What a window remembers, and what it costs to remember much: pushes wait for scans that never come. */
export const windows: Bench = {
  name: 'windows',
  about: 'bytes and time of windows with many live keys',
  run: async room => {
    const keys = room.quick ? 20_000 : 100_000;
    await prepareFolders(room.folder, { sensors: [joined], applications: 1 });
    const knex = await room.emptyDatabase('windows');
    const spine = await startSpine({
      knex,
      folder: room.folder,
      actions: [startAction(() => {})],
    });
    room.atEnd(() => spine.service.stop());
    for (let n = 0; n < 5; n++) await perEvent(spine, `warm-${n}`);
    const empty = await perEvent(spine, 'first');
    const before = await sizeOfState(knex);
    const live = await liveKeys(knex);
    for (let n = 0; n < keys; n += BATCH) {
      await decide(
        spine,
        Array.from({ length: BATCH }, (_, i) => push(`image-${n + i}`)),
      );
    }
    const bytes = (await sizeOfState(knex)) - before;
    const count = (await liveKeys(knex)) - live;
    if (count !== keys) throw new Error(`${count} keys live, not ${keys}`);
    const full = await perEvent(spine, 'second');
    await allRunsEnd(knex);
    room.log(`  ${keys} live keys: ${Math.round(bytes / 1024)} KiB`);
    return [
      benchRow({ what: 'bytes per live key', unit: 'B', ours: bytes / keys }),
      benchRow({
        what: 'time per event, no live keys',
        unit: 'us',
        ours: empty,
      }),
      benchRow({
        what: `time per event, ${keys} live keys`,
        unit: 'us',
        ours: full,
      }),
    ];
  },
};

/** Accepted and decided, pushes and the scans that they are joined with. */
async function perEvent(spine: Spine, name: string): Promise<number> {
  const subjects = Array.from(
    { length: MEASURED / 2 },
    (_, n) => `${name}-${n}`,
  );
  const start = performance.now();
  await decide(spine, subjects.map(push));
  await decide(spine, subjects.map(scan));
  return ((performance.now() - start) * 1_000) / MEASURED;
}

async function decide(
  { acceptor, service }: Spine,
  events: ReceivedEvent[],
): Promise<void> {
  await acceptor.accept({ events, credentials: samplePrincipal });
  const { knex } = service.database;
  for (;;) {
    const rows = await knex('positions').select('partition', 'position');
    const positions = new Map(
      rows.map(({ partition, position }) => [partition, position]),
    );
    const statuses = await service.bus.status(positions);
    if (statuses.every(({ lag }) => lag === 0)) return;
    await new Promise(done => setTimeout(done, 5));
  }
}

async function allRunsEnd(knex: Knex): Promise<void> {
  while (await knex('runs').whereNull('ended_at').first('id')) {
    await new Promise(done => setTimeout(done, 50));
  }
}

let number = 0;
const push = (subject: string) => ofKind('push', subject);
const scan = (subject: string) => ofKind('scan', subject);

function ofKind(kind: string, subject: string): ReceivedEvent {
  number += 1;
  return { ...sampleEvent(number, subject), type: `io.registry.${kind}` };
}

/** Rows of state and timers, with their indexes. */
async function sizeOfState(knex: Knex): Promise<number> {
  if (knex.client.config.client === 'better-sqlite3') {
    const [row] = await knex.raw(
      `select sum(pgsize) as size from dbstat
       where name like '%sensor_state%' or name like '%timers%'`,
    );
    return Number(row.size);
  }
  const { rows } = await knex.raw(
    `select pg_total_relation_size('sensor_state') + pg_total_relation_size('timers') as size`,
  );
  return Number(rows[0].size);
}

async function liveKeys(knex: Knex): Promise<number> {
  const row = await knex('sensor_state').count({ count: '*' }).first();
  return Number(row!.count);
}
