import type { SourceMessage } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { nowSql } from './clock';

/** A message that is no event we take, until a person decides. */
export interface RefusedMessage {
  seq: number;
  source: string;
  reason: string;
  message: SourceMessage;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Names a message: a topic that was made anew has its places again, at other times. */
export function messageId({ place, timestamp }: SourceMessage): string {
  return `${place}@${timestamp}`;
}

/** What is there already stays as it is. */
export async function keepRefused(
  tx: Knex,
  source: string,
  refused: Array<Pick<RefusedMessage, 'message' | 'reason'>>,
): Promise<void> {
  for (const { message, reason } of refused) {
    await tx('refused_messages')
      .insert({
        ...{ source, reason },
        message_id: messageId(message),
        message: write(message),
        at: tx.raw(nowSql(tx)),
      })
      .onConflict(['source', 'message_id'])
      .ignore();
  }
}

/** How many there are of each source that has some. */
export async function countRefused(knex: Knex): Promise<Map<string, number>> {
  const rows = await knex('refused_messages')
    .groupBy('source')
    .select('source')
    .count('* as count');
  return new Map(
    rows.map(({ source, count }) => [String(source), Number(count)]),
  );
}

/** Oldest first. */
export async function readRefusedPage(
  knex: Knex,
  page: { source?: string; after?: number; limit: number },
): Promise<RefusedMessage[]> {
  const rows = await knex('refused_messages')
    .modify(query => {
      if (page.source !== undefined) query.where({ source: page.source });
      if (page.after !== undefined) query.where('seq', '>', page.after);
    })
    .orderBy('seq')
    .limit(page.limit);
  return rows.map(refusedOf);
}

export async function readRefused(
  knex: Knex,
  seq: number,
): Promise<RefusedMessage | undefined> {
  const row = await knex('refused_messages').where({ seq }).first();
  return row && refusedOf(row);
}

export async function tellReason(
  knex: Knex,
  seq: number,
  reason: string,
): Promise<void> {
  await knex('refused_messages').where({ seq }).update({ reason });
}

/** @returns whether it was there: of two who decide, one is the first */
export async function dropRefused(tx: Knex, seq: number): Promise<boolean> {
  return (await tx('refused_messages').where({ seq }).delete()) > 0;
}

function refusedOf(row: Record<string, any>): RefusedMessage {
  return {
    seq: Number(row.seq),
    source: row.source,
    reason: row.reason,
    message: read(row.message),
    at: Number(row.at),
  };
}

const bytes = ['key', 'value'] as const;

function write(message: SourceMessage): Buffer {
  const encoded = bytes.flatMap(part =>
    message[part]
      ? [[part, Buffer.from(message[part]).toString('base64')]]
      : [],
  );
  return Buffer.from(
    JSON.stringify({ ...message, ...Object.fromEntries(encoded) }),
  );
}

function read(record: Buffer): SourceMessage {
  const message = JSON.parse(record.toString());
  for (const part of bytes) {
    if (message[part] !== undefined) {
      message[part] = Buffer.from(message[part], 'base64');
    }
  }
  return message;
}
