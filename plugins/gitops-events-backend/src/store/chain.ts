import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { isPostgres } from './clock';

/** One decision, of the engine or of a person, without any payload. */
export type ChainRecord = { what: string } & Record<
  string,
  string | number | boolean
>;

const START = '0'.repeat(64);

/**
 * Adds decisions to a stream of the chain, in the transaction that makes them
 * true: one row with the digest of the row before. Two writers of one stream
 * take turns until their transactions end.
 *
 * @param at - milliseconds since the epoch
 * @param options - `locked`: the caller holds a lock that lets one writer in
 */
export async function appendChain(
  tx: Knex,
  stream: string,
  records: ChainRecord[],
  at: number,
  options: { locked?: boolean } = {},
): Promise<void> {
  if (records.length === 0) return;
  if (isPostgres(tx) && !options.locked) {
    await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
      `gitops-events chain ${stream}`,
    ]);
  }
  const last = await tx('chain')
    .where({ stream })
    .orderBy('number', 'desc')
    .first('number', 'digest');
  const row = {
    stream,
    number: Number(last?.number ?? 0) + 1,
    previous: last?.digest ?? START,
    records: JSON.stringify(records),
    at,
  };
  await tx('chain').insert({ ...row, digest: digestOf(row) });
}

/** Where the chain of a stream is broken, and how. */
export interface ChainBreak {
  number: number;
  problem: string;
}

/** Reads a stream from its start and tells the first row that does not fit. */
export async function verifyChain(
  knex: Knex,
  stream: string,
): Promise<{ rows: number; head: string; broken?: ChainBreak }> {
  let head = START;
  let rows = 0;
  for (;;) {
    const page = await knex('chain')
      .where({ stream })
      .where('number', '>', rows)
      .orderBy('number')
      .limit(500);
    if (page.length === 0) return { rows, head };
    for (const row of page) {
      const problem = problemOf(row, rows + 1, head);
      if (problem) {
        return { rows, head, broken: { number: rows + 1, problem } };
      }
      head = row.digest;
      rows += 1;
    }
  }
}

function problemOf(
  row: any,
  number: number,
  previous: string,
): string | undefined {
  if (Number(row.number) !== number) return `row ${number} is missing`;
  if (row.previous !== previous)
    return `row ${number} does not follow the one before`;
  if (row.digest !== digestOf(row)) return `row ${number} was changed`;
  return undefined;
}

function digestOf(row: {
  stream: string;
  number: number | string;
  previous: string;
  records: string;
  at: number | string;
}): string {
  return createHash('sha256')
    .update(
      JSON.stringify([
        row.stream,
        Number(row.number),
        row.previous,
        row.records,
        Number(row.at),
      ]),
    )
    .digest('hex');
}
