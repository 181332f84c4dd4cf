import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import { noteRestore } from '../restore/noteRestore';
import { appendChain } from '../store/chain';
import { isPostgres } from '../store/clock';
import { systemIdentifier } from '../store/postgres';
import { insertStop } from '../store/stops';
import { readTimeline } from '../store/timeline';
import { OURSELVES, stopRecord } from './stopRecord';
import { inTransaction } from '../store/inTransaction';

/** Where a database lies. `timeline` is null where the server does not tell. */
interface Whereabouts {
  system: string;
  timeline: number | null;
}

export const LOOK =
  'Look at the open pull requests and at what was merged since, then lift this';
/** Longer than replicas need to connect again and look. Milliseconds. */
const LIVING_MS = 10_000;

const reasons = {
  system: `The database came from another PostgreSQL server, as after a restore from a backup. What happened since the backup is not on record. ${LOOK}`,
  timeline: `PostgreSQL began a new timeline while no replica ran, as after a restore to a point in time. What happened after that point is not on record. ${LOOK}. If a standby took over and nothing was lost, just lift it`,
};

/**
 * Starts stopped where the database lies in another PostgreSQL cluster than it
 * did, or on another timeline of it: what was written outside since the backup is
 * not known here. To be called before anything else moves; replicas that start
 * together set one stop.
 */
export async function stopAfterRestore(
  knex: Knex,
  logger: LoggerService,
  patienceMs = LIVING_MS,
): Promise<void> {
  if (!isPostgres(knex)) return;
  await waitForLiving(knex, patienceMs);
  const moved = await inTransaction(knex, async tx => {
    const found = await whereabouts(tx);
    await tx('installation')
      .insert({ id: 1, ...found })
      .onConflict()
      .ignore();
    const known = await tx('installation').where({ id: 1 }).forUpdate().first();
    await tx('installation').where({ id: 1 }).update(found);
    const what = whatMoved(known, found);
    if (!what) return undefined;
    // Each move is a restore of its own, also one back to where it was.
    await noteRestore(tx, `${what} ${found[what]} ${randomUUID()}`);
    await stopAll(tx, reasons[what], presentTime());
    return what;
  });
  if (moved) logger.warn(`Writing is stopped. ${reasons[moved]}.`);
}

async function whereabouts(knex: Knex): Promise<Whereabouts> {
  return {
    system: await systemIdentifier(knex),
    timeline: (await readTimeline(knex)) ?? null,
  };
}

/** A replica that lived through the begin of a timeline says so soon: see `startTimelineLoop`. */
async function waitForLiving(knex: Knex, patienceMs: number): Promise<void> {
  const found = await whereabouts(knex);
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const known = await knex('installation').where({ id: 1 }).first();
    if (!known || whatMoved(known, found) !== 'timeline') return;
    await sleep(500);
  }
}

function whatMoved(
  known: Whereabouts,
  found: Whereabouts,
): keyof Whereabouts | undefined {
  if (known.system !== found.system) return 'system';
  const told = known.timeline !== null && found.timeline !== null;
  return told && known.timeline !== found.timeline ? 'timeline' : undefined;
}

/** Stops everything in our own name, unless that is stopped already. */
export async function stopAll(
  tx: Knex,
  reason: string,
  at: number,
): Promise<void> {
  const id = randomUUID().replaceAll('-', '');
  const scope = { kind: 'all' } as const;
  const set = await insertStop(tx, { id, scope, reason, by: OURSELVES, at });
  if (!set) return;
  const record = stopRecord('set', set, { by: OURSELVES, reason });
  await appendChain(tx, 'people', [record], at);
}
