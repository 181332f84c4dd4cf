import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BenchRoom } from '../../environment/benchRoom';
import { observer } from '../chaosDatabase';
import { eventId } from '../chaosSensor';
import { Fleet, type Fault } from '../fleet';
import { pause } from '../killAll';
import type { ReplicaStart } from '../replicaMessages';
import { Sender } from '../sender';
import { readEffects } from './effects';
import type { ChaosPeer } from './peer';
import { countPeer, type PeerCount } from './peerCount';

const WORKERS = 3;
/** Until the first effect: three processes start, on a machine that does other things too. */
const FIRST_MS = 120_000;

/** What a peer made of the faults that it has in common with ours. */
export interface PeerResult extends PeerCount {
  name: string;
  promises: string;
  faults: Record<string, number>;
}

/** The same sender; workers are killed in turn, then PostgreSQL ends and is started again. */
export async function peerChaos(
  room: BenchRoom,
  peer: ChaosPeer,
  kills: number,
): Promise<PeerResult> {
  const folder = path.join(room.folder, peer.name);
  await mkdir(folder, { recursive: true });
  const url = await room.postgres!.createDatabase(peer.name);
  const start: ReplicaStart = {
    folder,
    database: { client: 'pg', url, connection: room.postgres!.connection },
    forge: { name: 'local', share: { lost: 0, doubled: 0 } },
  };
  const complaints = openSync(
    path.join(room.folder, `../${peer.name}.log`),
    'w',
  );
  const fleet = (program: string, slots: number, plan: Fault[]) => {
    const made = new Fleet({
      ...{ program: `peers/${program}`, slots, plan, complaints },
      ...{ start: () => start, patienceMs: 1_000, dying: 1 },
      // Whatever ends while its database is away is started again, as by any supervisor.
      mostOwnEnds: Infinity,
      onDeath: async () => {},
      nextDecision: () => pause(200),
    });
    room.atEnd(() => made.stop());
    return made;
  };
  const doors = fleet(peer.door, 1, []);
  // Its tables are made by one, before several of them come.
  await doors.run();
  const workers = fleet(peer.worker, WORKERS, planKills(kills));
  const sender = new Sender({
    ...{ door: () => doors.door(), pauseMs: 200, single: true },
  });
  const running = workers.run();
  await works(folder, peer.name);
  // Backstage keeps nothing that comes before the first subscriber.
  const early = sender.acknowledged.length;
  await running;
  room.log(`${peer.name}: ${workers.deaths.length} kills`);
  const restarts = room.quick ? 1 : 3;
  for (let n = 0; n < restarts; n++) {
    await room.postgres!.crash();
    await pause(1_000 * n);
    await room.postgres!.start();
    await pause(3_000);
  }
  await sender.stop();
  const acknowledged = sender.acknowledged.slice(early).map(eventId);
  await quiet(folder, acknowledged, peer.quietMs);
  // First, so that what is done meanwhile is not missed in both.
  const kept = await peer.kept(observer(room, start.database));
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

/** Resolves once something is done. @throws Error where nothing ever is */
async function works(folder: string, name: string): Promise<void> {
  const deadline = performance.now() + FIRST_MS;
  while (readEffects(folder).length === 0) {
    if (performance.now() > deadline) {
      throw new Error(`${name} has done nothing; its log says why.`);
    }
    await pause(100);
  }
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
