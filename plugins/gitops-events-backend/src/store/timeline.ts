import type { Knex } from 'knex';

/** feature_not_supported, insufficient_privilege, undefined_function */
const NOT_TOLD = ['0A000', '42501', '42883'];

/**
 * The timeline that a PostgreSQL server writes on. It begins a new one where it
 * is restored to a point in time, and where a standby takes over; a restart and
 * a copy of its files do not.
 *
 * @returns undefined where the server does not tell, as some hosted ones
 */
export async function readTimeline(knex: Knex): Promise<number | undefined> {
  try {
    const { rows } = await knex.raw(
      `select ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int as timeline`,
    );
    return rows[0].timeline;
  } catch (error) {
    if (NOT_TOLD.includes((error as { code?: string }).code!)) return undefined;
    throw error;
  }
}
