import { openSync } from 'node:fs';
import path from 'node:path';
import { crashPoints } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import type { Knex } from 'knex';
import type { BenchRoom } from '../../environment/benchRoom';
import { foldersOf, prepareFolders } from '../../ours/spineConfig';
import { chaosDatabase, observer } from '../chaosDatabase';
import { recovered } from '../chaosReport';
import { chaosForge } from '../chaosForge';
import { applications, chaosSensor } from '../chaosSensor';
import { count } from '../count';
import { startOnce } from '../replicaProcess';
import { readHistory } from '../history';
import { killAll } from '../killAll';
import { fakeTimeLibrary, ownClocks } from '../ownClocks';
import { planFaults } from '../plan';
import type { Progress } from '../recovery';
import type { ReplicaStart } from '../replicaMessages';
import { sabotage, type Sabotage } from '../sabotage';
import {
  appliedOf,
  chainOf,
  endsOf,
  whyFailed,
  fsck,
  storedTwice,
} from '../seenFromOutside';
import type { ChaosBroker, ChaosBus } from './chaosBus';
import type { ReplicaBus } from './connectBroker';
import { disturbAll, isChosen, type Disturbed } from './disturbances';
import type { BusResult } from './busResult';
import { clockStep } from './clockStep';
import { backUp, restore } from './restore';
import { TcpProxy } from './tcpProxy';

const PARTITIONS = 4;
const PATIENCE_MS = 15_000;

/** Several replicas on one bus are killed, stopped, cut off; their servers too. Counted from outside, as for `git`. */
export async function busChaos(
  room: BenchRoom,
  bus: ChaosBus,
  options: {
    kills: number;
    sabotage: Sabotage | undefined;
    only: string[] | undefined;
  },
): Promise<BusResult> {
  const { repository, bare, ...forge } = await prepareForge(room);
  const database = await chaosDatabase(room, 'chaos');
  const broker = await bus.startBroker?.(room);
  if (broker) room.log(broker.about);
  const lines = await linesTo(room, bus);
  const start = (slot: number): ReplicaStart => ({
    ...{ folder: room.folder, forge: forge.forReplica, partitions: PARTITIONS },
    database: throughLine(database, lines[slot]?.port),
    bus: broker && {
      kind: bus.name as ReplicaBus['kind'],
      settings: broker.settings,
    },
  });
  const knex = observer(room, database);
  const complaints = path.join(room.folder, `../replicas-${bus.name}.log`);
  room.log(`what replicas complain about: ${complaints}`);
  // So that nobody dies while tables are made.
  if (bus.replicas > 1) await startOnce('spineReplica.ts', start(0));
  let disturbed: Disturbed = { faults: {}, leftOut: {} };
  const { only } = options;
  const { postgres } = room;
  const restores =
    !options.sabotage &&
    isChosen({ name: 'restore', quick: [] }, { room, bus, only });
  const steps =
    isChosen(clockStep, { room, bus, only }) &&
    bus.replicas > 1 &&
    fakeTimeLibrary() !== undefined;
  let copy: string | undefined;
  const run = await killAll(room, {
    replicas: {
      ...{ program: 'spineReplica.ts', slots: bus.replicas, start },
      complaints: openSync(complaints, 'w'),
      // Somebody is left to take over.
      dying: Math.max(1, bus.replicas - 1),
      clock: steps ? ownClocks(path.join(room.folder, 'clocks')) : undefined,
    },
    plan: planFaults(
      options.kills,
      crashPoints.filter(at => !bus.notPlanned.includes(at)),
    ),
    ...{ patienceMs: PATIENCE_MS, knex },
    // Each event makes a file longer: without more time between them a long run would be about reading those.
    pauseMs: Math.max(200, 3 * options.kills),
    minAccepted: room.quick ? 300 : 1_000,
    progress: () => progressOf(knex, broker),
    async more(killed) {
      if (postgres && restores) {
        copy = await backUp(postgres, path.join(room.folder, 'backup'));
      }
      const proxies = lines.map(({ proxy }) => proxy);
      const site = { room, bus, broker, lines: proxies, run: killed };
      disturbed = await disturbAll(site, only);
    },
    calm: async () => {},
  });
  const { fleet, sender, recovery } = run;
  if (options.sabotage) {
    await sabotage(bare, options.sabotage, path.join(room.folder, 'clone'));
  }
  const counted = count(
    sender.acknowledged,
    await readHistory(bare, await forge.pulls()),
    await storedTwice(knex),
  );
  const { findings, ...counts } = counted;
  for (const finding of [...findings, ...(await whyFailed(knex))].slice(
    0,
    20,
  )) {
    room.log(`! ${finding}`);
  }
  const faults: Record<string, number> = { kill: fleet.deaths.length };
  for (const { at } of fleet.deaths) faults[at] = (faults[at] ?? 0) + 1;
  const { lost: lostAnswer, doubled: doubledRequest } = fleet.faults;
  const result: BusResult = {
    ...{ database: room.kind, replicas: bus.replicas, broker: broker?.about },
    ...counts,
    faults: {
      ...{ ...faults, lostAnswer, doubledRequest },
      ...{ ...disturbed.faults, ownEnd: fleet.ownEnds },
    },
    leftOut: disturbed.leftOut,
    ends: await endsOf(knex),
    notPlanned: [...bus.notPlanned],
    ...recovered(recovery.seconds),
    fsck: await fsck(bare),
    chain: await chainOf(knex),
    applied: await appliedOf(bare, foldersOf(room.folder).target),
    problems: 0,
  };
  if (!postgres || !copy) return result;
  const keepsEvents = broker !== undefined;
  const more = { postgres, copy, bare, knex, keepsEvents, log: room.log };
  return { ...result, restore: await restore(run, more) };
}

async function prepareForge(room: BenchRoom) {
  await prepareFolders(room.folder, { sensors: [], applications });
  const forge = await chaosForge(room, 'local');
  const { repository } = forge;
  await prepareFolders(room.folder, {
    sensors: [chaosSensor({ repository, syncs: true })],
    applications,
  });
  return forge;
}

/** A line of its own from each replica, so that one of them can be cut off. */
async function linesTo({ postgres, atEnd }: BenchRoom, bus: ChaosBus) {
  if (!postgres) return [];
  return Promise.all(
    Array.from({ length: bus.replicas }, async () => {
      const proxy = new TcpProxy(postgres.connection);
      atEnd(() => proxy.stop());
      return { proxy, port: await proxy.start() };
    }),
  );
}

function throughLine(
  database: ReplicaStart['database'],
  port: number | undefined,
): ReplicaStart['database'] {
  if (database.client !== 'pg' || !port) return database;
  const url = new URL(database.url);
  url.port = String(port);
  return {
    ...{ client: 'pg', url: url.href },
    connection: { ...database.connection, port },
  };
}

/** How far each partition of the log is decided, and each of the broker taken in. */
async function progressOf(
  knex: Knex,
  broker: ChaosBroker | undefined,
): Promise<Progress> {
  const positions = await knex('positions').select('partition', 'version');
  // Its rows are there before anything went through them.
  const intakes = broker
    ? await knex('intakes').where('version', '>', 1).select('*')
    : [];
  return new Map(
    [...positions, ...intakes].map(({ partition, version }) => [
      partition,
      Number(version),
    ]),
  );
}
