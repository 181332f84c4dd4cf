import path from 'node:path';
import { crashPoints } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import type { BenchRoom } from '../environment/benchRoom';
import type { RequestCount } from '../forge/unreliableProxy';
import { foldersOf, prepareFolders } from '../ours/spineConfig';
import { chaosDatabase, observer } from './chaosDatabase';
import { chaosForge, type ChaosForge } from './chaosForge';
import { recovered, type ChaosReport } from './chaosReport';
import { applications, chaosSensor } from './chaosSensor';
import { count } from './count';
import type { Fleet } from './fleet';
import { startOnce } from './replicaProcess';
import { readHistory } from './history';
import { killAll } from './killAll';
import { planFaults } from './plan';
import type { ReplicaStart } from './replicaMessages';
import { repeatedRequests, type RepeatedRequests } from './repeatedRequests';
import { sabotage, type Sabotage } from './sabotage';
import { appliedOf, chainOf, fsck, storedTwice } from './seenFromOutside';

const MIN_ACCEPTED = 1_000;

const programs = { local: 'spineReplica.ts', github: 'backstageReplica.ts' };

/** Kills replicas with SIGKILL while events come in and answers get lost, and counts from outside what became of them. */
export async function gitChaos(
  room: BenchRoom,
  options: {
    host: ChaosForge['name'];
    kills: number;
    sabotage: Sabotage | undefined;
  },
): Promise<ChaosReport> {
  // The seed comes first: a forge begins with it.
  await prepareFolders(room.folder, { sensors: [], applications });
  const forge = await chaosForge(room, options.host);
  const { repository } = forge;
  const syncs = forge.name === 'local';
  await prepareFolders(room.folder, {
    sensors: [chaosSensor({ repository, syncs })],
    applications,
  });
  const database = await databaseOf(room, forge);
  const replica: ReplicaStart = {
    ...{ folder: room.folder, database, forge: forge.forReplica },
  };
  const program = programs[forge.name];
  if (forge.name !== 'local') await startOnce(program, replica);
  const knex = observer(room, database);
  const { fleet, sender, recovery } = await killAll(room, {
    replicas: {
      program,
      // Of several, one at a time: the others take over. Where there is one, nobody is left.
      ...(room.postgres ? { slots: 2, dying: 1 } : { slots: 1 }),
      start: () => replica,
    },
    plan: planFaults(options.kills, forge.points),
    ...{ patienceMs: forge.patienceMs, pauseMs: forge.pauseMs },
    ...{ minAccepted: MIN_ACCEPTED, knex },
    calm: () => forge.calm(),
    progress: async () => {
      const row = await knex('runs').max({ seq: 'seq' }).first();
      return new Map([['runs', Number(row?.seq ?? 0)]]);
    },
  });
  const { bare } = forge;
  if (options.sabotage) {
    await sabotage(bare, options.sabotage, path.join(room.folder, 'clone'));
  }
  const history = await readHistory(bare, await forge.pulls());
  const seen = await forge.requests();
  const requests =
    seen &&
    repeatedRequests(
      seen.journal,
      fleet.deaths.map(({ when }) => when),
    );
  const counted = count(sender.acknowledged, history, await storedTwice(knex));
  const { accepted, lost, duplicated, outOfOrder } = counted;
  const findings = [
    ...counted.findings,
    ...(requests?.findings ?? []),
    ...(await forge.problems()),
  ];
  for (const finding of findings.slice(0, 20)) room.log(`! ${finding}`);
  return {
    ...{ name: 'git', host: forge.name, database: room.kind },
    ...{ accepted, lost, duplicated, outOfOrder },
    faults: faultsOf(fleet, seen),
    ...(requests && { requests: told(requests) }),
    notPlanned: crashPoints.filter(at => !forge.points.includes(at)),
    ...recovered(recovery.seconds),
    fsck: await fsck(bare),
    chain: await chainOf(knex),
    applied: syncs
      ? await appliedOf(bare, foldersOf(room.folder).target)
      : 'nobody applies it',
    problems: (await forge.problems()).length,
  };
}

/** Where a replica keeps what it knows: a Backstage names the databases of its plugins itself. */
async function databaseOf(
  room: BenchRoom,
  forge: ChaosForge,
): Promise<ReplicaStart['database']> {
  const [name, file] =
    forge.name === 'local'
      ? ['chaos', 'chaos']
      : ['backstage_plugin_gitops-events', 'gitops-events'];
  return chaosDatabase(room, name, file);
}

function told({ writes, repeated, explained }: RepeatedRequests) {
  return { writes, repeated, explained };
}

function faultsOf(
  { deaths, faults: calls }: Fleet,
  requests: RequestCount | undefined,
): Record<string, number> {
  const faults: Record<string, number> = {
    kill: deaths.length,
    lostAnswer: requests?.lost ?? calls.lost,
    doubledRequest: requests?.doubled ?? calls.doubled,
  };
  for (const { at } of deaths) faults[at] = (faults[at] ?? 0) + 1;
  return faults;
}
