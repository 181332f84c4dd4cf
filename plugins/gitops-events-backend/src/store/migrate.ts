import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { isPostgres } from './clock';

/**
 * Brings the tables up to date. Replicas that start together take turns: knex's
 * own lock turns the second one away, and on an empty database its table may be
 * made twice. On PostgreSQL they wait for an advisory lock in one transaction that
 * holds all of it, since behind a pooler such as PgBouncer only a transaction
 * stays on one session; who dies leaves nothing behind. SQLite serves one process.
 *
 * A lock of knex that is on record all the same was left by one who is gone: it is
 * written in the transaction that migrates, also by older versions, so freeing it
 * waits for one that is under way.
 */
export async function migrate(knex: Knex): Promise<void> {
  if (!isPostgres(knex)) {
    await freeAndMigrate(knex);
    return;
  }
  // eslint-disable-next-line no-restricted-syntax -- it has a limit of its own
  await knex.transaction(async tx => {
    // Who stands still in it would keep all others from starting.
    await tx.raw("set local idle_in_transaction_session_timeout = '60s'");
    await tx.raw(
      `select pg_advisory_xact_lock(hashtextextended('gitops-events migrations', 0))`,
    );
    await freeAndMigrate(tx);
  });
}

async function freeAndMigrate(knex: Knex): Promise<void> {
  const config = {
    directory: resolvePackagePath(
      '@gitops-events/plugin-gitops-events-backend',
      'migrations',
    ),
    // A replica of an older version may start beside a newer one, whose migrations it does not know.
    disableMigrationsListValidation: true,
  };
  await knex.migrate.forceFreeMigrationsLock(config);
  await knex.migrate.latest(config);
}
