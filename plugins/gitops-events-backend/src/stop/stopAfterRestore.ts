import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { appendChain } from '../store/chain';
import { isPostgres } from '../store/clock';
import { noteRestore } from '../restore/noteRestore';
import { insertStop } from '../store/stops';
import { OURSELVES, stopRecord } from './stopRecord';

const REASON =
  'The database came from another PostgreSQL server, as after a restore from a backup. What happened since the backup is not on record. Look at the open pull requests and at what was merged since, then lift this';

/**
 * Starts stopped where the database lies in another PostgreSQL cluster than it
 * did: what was written outside since the backup is not known here. To be
 * called before anything else moves; replicas that start together set one stop.
 */
export async function stopAfterRestore(
  knex: Knex,
  logger: LoggerService,
): Promise<void> {
  if (!isPostgres(knex)) return;
  const { rows } = await knex.raw(
    'select system_identifier::text as system from pg_control_system()',
  );
  const { system } = rows[0];
  const moved = await knex.transaction(async tx => {
    await tx('installation').insert({ id: 1, system }).onConflict().ignore();
    const written = await tx('installation')
      .where({ id: 1 })
      .whereNot({ system })
      .update({ system });
    if (written !== 1) return false;
    // Each move is a restore of its own, also one back to where it was.
    await noteRestore(tx, `server ${system} ${randomUUID()}`);
    await stopAll(tx, REASON, Date.now());
    return true;
  });
  if (moved) logger.warn(`Writing is stopped. ${REASON}.`);
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
