import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { NEWER_IN_GIT } from '@gitops-events/plugin-gitops-events-backend/src/restore/sortRestored';
import { readStops } from '@gitops-events/plugin-gitops-events-backend/src/store/stops';
import type { Knex } from 'knex';
import type { PostgresServer } from '../../environment/postgresServer';
import { git } from '../../repository/git';
import { doubledMarks, fallingNumbers } from '../count';
import { readHistory } from '../history';
import { pause, type ChaosRun } from '../killAll';
import { storedTwice } from '../seenFromOutside';
import { settled } from '../settled';

const run = promisify(execFile);

/** With their owner, who is not the one that runs this. */
async function copyFiles(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to]);
}

const WATCHED_MS = 8_000;

/** What a database that was put back to an earlier state did. */
export interface RestoreResult {
  startsStopped: boolean;
  /** Commits on the branch while it was stopped. */
  writtenWhileStopped: number;
  /** Acknowledged events that the database does not have any more. With a broker: none. */
  gone: number;
  /** Runs that wait for a person, since nobody can tell whether Git has them already. */
  asked: number;
  /** Events that left a second mark in Git, or stand in the log twice, once a person had let it go on. */
  doubled: number;
  /** Values that went back to an older one. */
  setBack: number;
}

/** A copy of the files of PostgreSQL, taken while it is ended. */
export async function backUp(
  postgres: PostgresServer,
  copy: string,
): Promise<string> {
  await postgres.crash();
  await copyFiles(postgres.folder, copy);
  await postgres.start();
  return copy;
}

/**
 * Puts the copy back, and starts replicas on it: they have to be stopped, write
 * nothing, and double nothing once a person has lifted that.
 */
export async function restore(
  { fleet, sender }: ChaosRun,
  options: {
    postgres: PostgresServer;
    copy: string;
    bare: string;
    knex: Knex;
    /** Whether a broker still has what came since the copy. */
    keepsEvents: boolean;
    log(line: string): void;
  },
): Promise<RestoreResult> {
  const { postgres, copy, bare, knex, log } = options;
  const head = () => git(bare, 'rev-list', '--count', 'main').then(Number);
  const before = await head();
  log('restoring the database ...');
  const wake = fleet.rest();
  await postgres.crash();
  await rm(postgres.folder, { recursive: true });
  await copyFiles(copy, postgres.folder);
  await postgres.start();
  wake();
  while (!fleet.door()) await pause(50);
  await pause(WATCHED_MS);
  const startsStopped = (await readStops(knex)).length > 0;
  const writtenWhileStopped = (await head()) - before;
  const acknowledged = sender.acknowledged.length;
  fleet.tell({ liftStops: true });
  await settled(
    knex,
    log,
    options.keepsEvents ? acknowledged : 0,
    NEWER_IN_GIT,
  );
  const held = await knex('runs').where('state', 'held').count({ count: '*' });
  const row = await knex('events').count({ count: '*' }).first();
  const history = await readHistory(bare, []);
  const doubled = [...doubledMarks(history), ...(await storedTwice(knex))];
  const setBack = fallingNumbers(history);
  for (const finding of [...doubled, ...setBack].slice(0, 5)) {
    log(`after restore: ${finding}`);
  }
  return {
    ...{ startsStopped, writtenWhileStopped },
    gone: Math.max(0, acknowledged - Number(row?.count)),
    asked: Number(held[0].count),
    ...{ doubled: doubled.length, setBack: setBack.length },
  };
}
