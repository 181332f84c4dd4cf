import type { Knex } from 'knex';
import { changeOf, type Change } from './changeRow';
import { isPostgres, nowSql } from './clock';

/**
 * Takes up to `limit` changes that are due; like {@link claimRuns}, a claim is a
 * `due_at` ahead. A claim is no news, so the version stays: what a person saw is
 * still what is there, and whoever writes first makes the others look again.
 */
export async function claimChanges(
  knex: Knex,
  options: {
    replica: string;
    limit: number;
    claimMs: number;
    /** What failed before is claimed so many times as long. Default once. */
    patience?: number;
  },
): Promise<Change[]> {
  const now = nowSql(knex);
  const patience = Math.floor(options.patience ?? 1);
  const skipLocked = isPostgres(knex) ? 'for update skip locked' : '';
  const result = await knex.raw(
    `update changes set claimed_by = ?, due_at = ${now} + ? * (case when attempt > 0 then ${patience} else 1 end)
     where seq in (
       select seq from changes
       where state in ('sealed', 'committed', 'proposed', 'waiting') and due_at <= ${now}
       order by due_at limit ? ${skipLocked})
     returning *`,
    [options.replica, options.claimMs, options.limit],
  );
  const rows: Record<string, unknown>[] = isPostgres(knex)
    ? result.rows
    : result;
  return rows.map(changeOf);
}
