import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { crashPoints } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import { verifyChain } from '@gitops-events/plugin-gitops-events-backend/src/store/chain';
import knexFactory, { type Knex } from 'knex';
import type { BenchRoom } from '../environment/benchRoom';
import type { RequestCount } from '../forge/unreliableProxy';
import { percentile } from '../measure/statistics';
import { foldersOf, prepareFolders } from '../ours/spineConfig';
import { git } from '../repository/git';
import { chaosForge, type ChaosForge } from './chaosForge';
import type { ChaosReport } from './chaosReport';
import { applications, chaosSensor } from './chaosSensor';
import { count } from './count';
import { Fleet, startOnce } from './fleet';
import { readHistory } from './history';
import { planFaults } from './plan';
import { Recovery } from './recovery';
import type { ReplicaStart } from './replicaMessages';
import { repeatedRequests, type RepeatedRequests } from './repeatedRequests';
import { sabotage, type Sabotage } from './sabotage';
import { Sender } from './sender';
import { settled } from './settled';

const MIN_ACCEPTED = 1_000;

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
  const { fleet, sender, recovery, knex } = await killAll(room, {
    forge,
    database,
    kills: options.kills,
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
  const counted = count(sender.acknowledged, history);
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
    recoverySeconds: {
      p50: rounded(percentile(recovery.seconds, 50)),
      max: rounded(Math.max(...recovery.seconds)),
    },
    fsck: await fsck(bare),
    chain: await chainOf(knex),
    applied: syncs
      ? await appliedOf(bare, foldersOf(room.folder).target)
      : 'nobody applies it',
    problems: (await forge.problems()).length,
  };
}

/** Until the plan is through and all that was accepted has come to its end. */
async function killAll(
  room: BenchRoom,
  options: {
    forge: ChaosForge;
    database: ReplicaStart['database'];
    kills: number;
  },
) {
  const { forge, database, kills } = options;
  const replica: ReplicaStart = {
    ...{ folder: room.folder, database, forge: forge.forReplica },
  };
  if (forge.name !== 'local') await startOnce(replica);
  const knex = observer(room, database);
  const recovery = new Recovery(knex);
  const start = performance.now();
  const fleet = new Fleet({
    start: replica,
    slots: room.postgres ? 2 : 1,
    plan: planFaults(kills, forge.points),
    patienceMs: forge.patienceMs,
    onDeath: (at, time) => {
      recovery.died(time);
      room.log(`${((time - start) / 1000).toFixed(1)} s: killed, ${at}`);
    },
    nextDecision: () => recovery.nextDecision(),
  });
  room.atEnd(() => fleet.stop());
  const running = fleet.run();
  // Before the first one is there, there is no database to look at.
  while (!fleet.door()) await pause(20);
  recovery.start();
  const sender = new Sender({ door: () => fleet.door(), pauseMs: 200 });
  await running;
  room.log(
    `${fleet.deaths.length} kills, ${sender.acknowledged.length} events accepted; waiting for the rest`,
  );
  await forge.calm();
  while (sender.acknowledged.length < MIN_ACCEPTED) await pause(50);
  await sender.stop();
  await settled(knex, room.log);
  await recovery.stop();
  await pause(2_500);
  return { fleet, sender, recovery, knex };
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
  if (!room.postgres) {
    return {
      ...{ client: 'better-sqlite3', directory: room.folder },
      filename: path.join(room.folder, `${file}.sqlite`),
    };
  }
  const url = await room.postgres.createDatabase(name);
  return { client: 'pg', url, connection: room.postgres.connection };
}

/** Looks only; on SQLite it could not write if it wanted to. */
function observer(room: BenchRoom, database: ReplicaStart['database']): Knex {
  const knex = knexFactory(
    database.client === 'pg'
      ? { client: 'pg', connection: database.url, pool: { min: 0, max: 3 } }
      : {
          client: 'better-sqlite3',
          connection: {
            filename: database.filename,
            options: { readonly: true },
          } as never,
          useNullAsDefault: true,
        },
  );
  room.atEnd(() => knex.destroy());
  return knex;
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

const run = promisify(execFile);

async function fsck(bare: string): Promise<string> {
  try {
    await run('git', ['fsck', '--strict', '--no-dangling'], { cwd: bare });
    return 'clean';
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}${stderr}`.trim();
  }
}

async function chainOf(knex: Knex): Promise<string> {
  const streams: string[] = await knex('chain').distinct().pluck('stream');
  for (const stream of streams) {
    const { broken } = await verifyChain(knex, stream);
    if (broken) return `${stream} ${broken.number}: ${broken.problem}`;
  }
  return streams.length > 0 ? 'intact' : 'there is none';
}

/** The folder of the tracker beside the files of the branch. */
async function appliedOf(bare: string, target: string): Promise<string> {
  const names = await git(bare, 'ls-tree', '-r', '--name-only', 'main:apps');
  for (const name of names.split('\n')) {
    const merged = await git(bare, 'show', `main:apps/${name}`);
    const applied = await readFile(path.join(target, name), 'utf8').catch(
      () => undefined,
    );
    if (applied?.trim() !== merged) return `${name} differs`;
  }
  return 'same';
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(2));
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
