import type { Knex } from 'knex';
import { isPostgres } from '../clock';

interface Statement {
  sql: string;
  bindings: unknown[];
}

/**
 * Runs `work` in a transaction that is rolled back and tells each statement of
 * it that reads more than `most` rows: counted on PostgreSQL, where it is
 * executed with EXPLAIN ANALYZE on what the work found; planned as the walk of
 * a whole table or index on SQLite, which cannot count.
 *
 * @param sorts - what SQLite sorts counts as too much
 */
export async function readsTooMuch(
  knex: Knex,
  work: (tx: Knex) => Promise<unknown>,
  most: number,
  sorts = false,
): Promise<string[]> {
  const found: string[] = [];
  for (const { sql, bindings } of await statementsOf(knex, work)) {
    if (!/^\s*(select|with|update|delete|insert)/i.test(sql)) continue;
    if (isPostgres(knex)) {
      const rows = await rowsPostgres(knex, { sql, bindings });
      if (rows > most) found.push(`${rows} rows: ${sql}`);
    } else {
      const plan = await planSqlite(knex, { sql, bindings });
      const walks = [
        ...(await walksSqlite(knex, plan)),
        ...(sorts ? plan.filter(isSort) : []),
      ];
      if (walks.length > 0) found.push(`${walks.join(', ')}: ${sql}`);
    }
  }
  return found;
}

async function statementsOf(
  knex: Knex,
  work: (tx: Knex) => Promise<unknown>,
): Promise<Statement[]> {
  const statements: Statement[] = [];
  await undone(knex, async tx => {
    tx.on('query', ({ sql, bindings }: Statement) =>
      statements.push({ sql, bindings }),
    );
    await work(tx);
  });
  return statements;
}

async function undone(
  knex: Knex,
  work: (tx: Knex.Transaction) => Promise<unknown>,
): Promise<void> {
  const transaction = await knex.transaction();
  try {
    await work(transaction);
  } finally {
    await transaction.rollback();
  }
}

async function planSqlite(
  knex: Knex,
  { sql, bindings }: Statement,
): Promise<string[]> {
  const plan: Array<{ detail: string }> = await knex.raw(
    `explain query plan ${sql}`,
    bindings as never,
  );
  return plan.map(({ detail }) => detail);
}

function isSort(detail: string): boolean {
  return /^USE TEMP B-TREE FOR (ORDER|GROUP) BY/.test(detail);
}

/** Walks of a whole table or index; one along an index of open rows alone is as short as they are. */
async function walksSqlite(knex: Knex, details: string[]): Promise<string[]> {
  const partial: string[] = await knex('sqlite_master')
    .where({ type: 'index' })
    .where('sql', 'like', '% where %')
    .pluck('name');
  // What a subquery reads stands in lines of its own.
  const subqueries = details.flatMap(
    detail => /^(?:CO-ROUTINE|MATERIALIZE) (\w+)/.exec(detail)?.[1] ?? [],
  );
  return details
    .filter(detail => !subqueries.some(name => detail === `SCAN ${name}`))
    .filter(detail => /^SCAN (?!.*(CONSTANT ROW|VIRTUAL TABLE))/.test(detail))
    .filter(detail => !partial.some(name => detail.endsWith(`INDEX ${name}`)));
}

async function rowsPostgres(
  knex: Knex,
  { sql, bindings }: Statement,
): Promise<number> {
  const connection = await knex.client.acquireConnection();
  try {
    await connection.query('begin');
    const { rows } = await connection.query(
      `explain (analyze, format json) ${sql}`,
      bindings,
    );
    return rowsOf(rows[0]['QUERY PLAN'][0].Plan);
  } finally {
    await connection.query('rollback');
    await knex.client.releaseConnection(connection);
  }
}

/** Rows that the leaves of a plan looked at, those they threw away included. */
function rowsOf(plan: Record<string, any>): number {
  const below: Array<Record<string, any>> = plan.Plans ?? [];
  const own = below.length > 0 ? 0 : plan['Actual Rows'];
  const filtered =
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan['Rows Removed by Index Recheck'] ?? 0);
  return below.reduce(
    (total, child) => total + rowsOf(child),
    (own + filtered) * plan['Actual Loops'],
  );
}
