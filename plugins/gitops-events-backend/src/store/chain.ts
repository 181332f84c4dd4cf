import { createHash } from 'node:crypto';
import {
  CHAIN_START,
  chainRowText,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { isPostgres } from './clock';
import { prepared } from './prepared';

/** One decision, of the engine or of a person, without any payload. */
export type ChainRecord = { what: string } & Record<
  string,
  string | number | boolean
>;

/** The newest row of a stream. */
export interface ChainHead {
  number: number;
  digest: string;
}

/** SQL for the newest row of the stream that is bound to it; `parseHead` reads it. */
export const headSql = `(select number || ' ' || digest from chain
  where stream = ? order by number desc limit 1)`;

export function parseHead(head: string | null): ChainHead {
  const [number, digest] = head?.split(' ') ?? ['0', CHAIN_START];
  return { number: Number(number), digest };
}

/**
 * Adds decisions to a stream of the chain, in the transaction that makes them
 * true: one row with the digest of the row before. Two writers of one stream
 * take turns until their transactions end.
 *
 * @param at - milliseconds since the epoch
 * @param options - `head`: the newest row, where the caller read it under a
 *   lock that lets one writer in
 */
export async function appendChain(
  tx: Knex,
  stream: string,
  records: ChainRecord[],
  at: number,
  options: { head?: ChainHead } = {},
): Promise<void> {
  if (records.length === 0) return;
  const head = options.head ?? (await lockHead(tx, stream));
  const row = {
    stream,
    number: head.number + 1,
    previous: head.digest,
    records: JSON.stringify(records),
    at,
  };
  await prepared(
    tx,
    'append_chain',
    `insert into chain (stream, number, previous, records, at, digest)
     values (?, ?, ?, ?, ?, ?)`,
    [...Object.values(row), digestOf(row)],
  );
}

/** Lets one writer into a stream until its transaction ends. */
export async function lockHead(tx: Knex, stream: string): Promise<ChainHead> {
  if (isPostgres(tx)) {
    await prepared(
      tx,
      'lock_chain',
      'select pg_advisory_xact_lock(hashtextextended(?, 0))',
      [`gitops-events chain ${stream}`],
    );
  }
  const sql = `select ${headSql} as head`;
  const [{ head }] = await prepared(tx, 'chain_head', sql, [stream]);
  return parseHead(head);
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
  let head = CHAIN_START;
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
  const number = Number(row.number);
  return createHash('sha256')
    .update(chainRowText({ ...row, number, at: Number(row.at) }))
    .digest('hex');
}
