import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { verifyChain } from '@gitops-events/plugin-gitops-events-backend/src/store/chain';
import knexFactory, { type Knex } from 'knex';
import type { BenchRoom } from '../environment/benchRoom';
import { percentile } from '../measure/statistics';
import { foldersOf, prepareFolders } from '../ours/spineConfig';
import { git } from '../repository/git';
import { applications, chaosSensor } from './chaosSensor';
import { count } from './count';
import { Fleet } from './fleet';
import { readHistory } from './history';
import { planFaults } from './plan';
import { Recovery } from './recovery';
import type { ReplicaStart } from './replica';
import { sabotage, type Sabotage } from './sabotage';
import { Sender } from './sender';
import { settled } from './settled';

const MIN_ACCEPTED = 1_000;

/** What a chaos run found. */
export interface ChaosReport {
  name: string;
  database: string;
  accepted: number;
  lost: number;
  duplicated: number;
  outOfOrder: number;
  faults: Record<string, number>;
  recoverySeconds: { p50: number; max: number };
  /** `clean`, or what `git fsck --strict` said. */
  fsck: string;
  /** `intact`, or where the chain of digests breaks. */
  chain: string;
  /** `same` as the merged commit, or how the applied folder differs. */
  applied: string;
}

/** Kills replicas with SIGKILL while events come in, and counts from outside what became of them. */
export async function gitChaos(
  room: BenchRoom,
  options: { kills: number; sabotage: Sabotage | undefined },
): Promise<ChaosReport> {
  await prepareFolders(room.folder, {
    sensors: [chaosSensor],
    applications,
  });
  const database = await databaseOf(room);
  const knex = observer(room, database);
  const recovery = new Recovery(knex);
  const start = performance.now();
  const fleet = new Fleet({
    start: { folder: room.folder, database },
    slots: room.postgres ? 2 : 1,
    plan: planFaults(options.kills),
    onDeath: (at, time) => {
      recovery.died(time);
      room.log(`${((time - start) / 1000).toFixed(1)} s: killed, ${at}`);
    },
    nextDecision: () => recovery.nextDecision(),
  });
  room.atEnd(() => fleet.stop());
  const running = fleet.run();
  // Before the first one is there, there is no database to look at.
  while (!fleet.port()) await pause(20);
  recovery.start();
  const sender = new Sender({ port: () => fleet.port(), pauseMs: 200 });
  await running;
  room.log(
    `${fleet.deaths.length} kills, ${sender.acknowledged.length} events accepted; waiting for the rest`,
  );
  while (sender.acknowledged.length < MIN_ACCEPTED) await pause(50);
  await sender.stop();
  await settled(knex, room.log);
  await recovery.stop();
  await pause(2_500);

  const { bare, target } = foldersOf(room.folder);
  if (options.sabotage) {
    await sabotage(bare, options.sabotage, path.join(room.folder, 'clone'));
  }
  const counted = count(sender.acknowledged, await readHistory(bare));
  for (const finding of counted.findings.slice(0, 20)) room.log(`! ${finding}`);
  const { accepted, lost, duplicated, outOfOrder } = counted;
  return {
    name: 'git',
    database: room.kind,
    ...{ accepted, lost, duplicated, outOfOrder },
    faults: faultsOf(fleet),
    recoverySeconds: {
      p50: rounded(percentile(recovery.seconds, 50)),
      max: rounded(Math.max(...recovery.seconds)),
    },
    fsck: await fsck(bare),
    chain: await chainOf(knex),
    applied: await appliedOf(bare, target),
  };
}

/** Whether a report shows what must never happen. */
export function isClean(report: ChaosReport): boolean {
  const { lost, duplicated, outOfOrder, fsck: check, chain, applied } = report;
  return (
    lost + duplicated + outOfOrder === 0 &&
    check === 'clean' &&
    chain === 'intact' &&
    applied === 'same' &&
    report.recoverySeconds.max < 10
  );
}

async function databaseOf(room: BenchRoom): Promise<ReplicaStart['database']> {
  return room.postgres
    ? { client: 'pg', url: await room.postgres.createDatabase('chaos') }
    : {
        client: 'better-sqlite3',
        filename: path.join(room.folder, 'chaos.sqlite'),
      };
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

function faultsOf({ deaths }: Fleet): Record<string, number> {
  const faults: Record<string, number> = { kill: deaths.length };
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
