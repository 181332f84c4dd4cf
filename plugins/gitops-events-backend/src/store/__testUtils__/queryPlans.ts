import type { Knex } from 'knex';
import { isPostgres } from '../clock';

/** Tables that grow with use; to read one of them whole is a mistake. */
const growing =
  'event_identities|events|decisions|runs|effects|changes|change_revisions|timeline|approvals';

/**
 * Runs `work` and tells each statement of it that reads a growing table without
 * an index: none that fits on PostgreSQL (where a scan is only planned when
 * nothing else is possible), a whole table put in order on SQLite. A walk along
 * the primary key is fine, since it ends with the page.
 */
export async function planProblems(
  knex: Knex,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const statements: Array<{ sql: string; bindings: unknown[] }> = [];
  const note = ({ sql, bindings }: (typeof statements)[number]) =>
    statements.push({ sql, bindings });
  knex.on('query', note);
  try {
    await work();
  } finally {
    knex.off('query', note);
  }
  const problems: string[] = [];
  for (const { sql, bindings } of statements) {
    if (!/^(select|with)/i.test(sql)) continue;
    const plan = isPostgres(knex)
      ? await explainPostgres(knex, sql, bindings)
      : await explainSqlite(knex, sql, bindings);
    if (isPostgres(knex) ? scansPostgres(plan) : scansSqlite(plan)) {
      problems.push(`${sql}\n${plan}`);
    }
  }
  return problems;
}

async function explainSqlite(
  knex: Knex,
  sql: string,
  bindings: unknown[],
): Promise<string> {
  const rows: Array<{ detail: string }> = await knex.raw(
    `explain query plan ${sql}`,
    bindings as never,
  );
  return rows.map(({ detail }) => detail).join('\n');
}

function scansSqlite(plan: string): boolean {
  const scan = new RegExp(`^SCAN (${growing})( |$)(?!.*USING)`, 'm');
  return scan.test(plan) && plan.includes('USE TEMP B-TREE');
}

async function explainPostgres(
  knex: Knex,
  sql: string,
  bindings: unknown[],
): Promise<string> {
  const connection = await knex.client.acquireConnection();
  try {
    await connection.query('set enable_seqscan = off');
    const { rows } = await connection.query(`explain ${sql}`, bindings);
    return rows
      .map((row: Record<string, string>) => row['QUERY PLAN'])
      .join('\n');
  } finally {
    await connection.query('reset enable_seqscan');
    await knex.client.releaseConnection(connection);
  }
}

function scansPostgres(plan: string): boolean {
  return new RegExp(`Seq Scan on (${growing})`).test(plan);
}
