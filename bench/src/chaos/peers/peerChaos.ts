import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Knex } from 'knex';
import type { BenchRoom } from '../../environment/benchRoom';
import { observer } from '../chaosDatabase';
import { eventId } from '../chaosSensor';
import { Fleet, type Fault } from '../fleet';
import { startOnce } from '../replicaProcess';
import { pause } from '../killAll';
import type { ReplicaStart } from '../replicaMessages';
import { Sender } from '../sender';
import { readEffects } from './effects';
import type { ChaosPeer } from './peer';
import { countPeer, type PeerCount } from './peerCount';

const WORKERS = 3;
/** Until several processes have started, on a machine that does other things too; a kill takes as long as the start of the next. */
const START_MS = 180_000;

/** What a peer made of the faults that it has in common with ours. */
export interface PeerResult extends PeerCount {
  name: string;
  promises: string;
  /** `ownEnd`: how often a process ended by itself, such as while it started without a database. */
  faults: Record<string, number>;
}

/**
 * The same sender; workers are killed in turn, then PostgreSQL ends and is started again.
 *
 * @throws Error where its processes do not start, or do nothing
 */
export async function peerChaos(
  room: BenchRoom,
  peer: ChaosPeer,
  kills: number,
): Promise<PeerResult> {
  const folder = path.join(room.folder, peer.name);
  await mkdir(folder, { recursive: true });
  const { connection, createDatabase } = room.postgres!;
  const url = await createDatabase(peer.database);
  const start: ReplicaStart = {
    folder,
    database: { client: 'pg', url, connection },
    forge: { name: 'local', share: { lost: 0, doubled: 0 } },
  };
  const knex = observer(room, start.database);
  const log = path.join(room.folder, `../${peer.name}.log`);
  room.log(`what ${peer.name} complains about: ${log}`);
  const complaints = openSync(log, 'w');
  const fleet = (program: string, slots: number, plan: Fault[]) => {
    const made = new Fleet({
      ...{ program: `peers/${program}`, slots, plan, complaints },
      ...{ start: () => start, patienceMs: 1_000, dying: 1 },
      // Whatever ends while its database is away is started again, as by any supervisor.
      mostOwnEnds: Infinity,
      onDeath: async () => {},
      nextDecision: () => nextEffect(folder),
    });
    room.atEnd(() => made.stop());
    return made;
  };
  // Tables are made by one, before several come: those that make them at once may leave a lock that nobody gets past.
  const doors = fleet(peer.door, 1, []);
  await within(START_MS, 'to start', doors.run());
  await startOnce(`peers/${peer.worker}`, start, {
    complaints,
    until: () => within(START_MS, 'to be ready', ready(peer, knex)),
  });
  const workers = fleet(peer.worker, WORKERS, planKills(kills));
  const sender = new Sender({
    ...{ door: () => doors.door(), pauseMs: 200, single: true },
  });
  await within((kills + 1) * START_MS, 'to be killed', workers.run());
  room.log(`${peer.name}: ${workers.deaths.length} kills`);
  const restarts = room.quick ? 1 : 3;
  for (let n = 0; n < restarts; n++) {
    await room.postgres!.crash();
    await pause(1_000 * n);
    await room.postgres!.start();
    await pause(3_000);
  }
  await within(START_MS, 'to accept the last events', sender.stop());
  await within(
    START_MS,
    'to start again',
    until(() => workers.up === WORKERS),
  );
  const acknowledged = sender.acknowledged.map(eventId);
  await quiet(folder, acknowledged, peer.quietMs);
  // First, so that what is done meanwhile is not missed in both.
  const kept = await peer.kept(knex);
  return {
    ...{ name: peer.name, promises: peer.promises },
    ...countPeer(acknowledged, readEffects(folder), kept),
    faults: {
      kill: workers.deaths.length,
      databaseRestart: restarts,
      ownEnd: workers.ownEnds + doors.ownEnds,
    },
  };
}

/** Each while it works, some time after the one before. */
function planKills(kills: number): Fault[] {
  return Array.from({ length: kills }, () => ({
    at: 'random',
    from: 'work',
    afterMs: 500 + Math.random() * 1_500,
  }));
}

async function ready(peer: ChaosPeer, knex: Knex): Promise<void> {
  await until(() => peer.isReady(knex).catch(() => false));
}

/** Resolves when something is done that was not; gives up where nothing is. */
async function nextEffect(folder: string): Promise<void> {
  const before = readEffects(folder).length;
  const deadline = performance.now() + START_MS;
  await until(
    () => readEffects(folder).length > before || performance.now() > deadline,
  );
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(100);
}

/** @throws Error where it takes longer */
async function within<T>(
  ms: number,
  what: string,
  work: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(
      () => failed(new Error(`Not within ${ms / 1_000} s: ${what}.`)),
      ms,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Resolves when all is done, or nothing more. */
async function quiet(
  folder: string,
  wanted: string[],
  quietMs: number,
): Promise<void> {
  let before = -1;
  let since = performance.now();
  for (;;) {
    const done = readEffects(folder);
    const ids = new Set(done);
    if (wanted.every(id => ids.has(id))) return;
    if (done.length !== before) since = performance.now();
    if (performance.now() - since > quietMs) return;
    before = done.length;
    await pause(500);
  }
}
