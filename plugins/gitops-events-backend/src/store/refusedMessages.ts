import type { RefusedMessageView } from '@gitops-events/plugin-gitops-events-common';
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

/** What a list shows of it. */
export type RefusedPreview = Omit<
  RefusedMessageView,
  'number' | 'source' | 'reason' | 'at'
>;

/** Counts up where previews are made otherwise: those of older forms are made again. */
const PREVIEW_FORM = 1;

/** A refused message in a list: its preview, or all of it where it has none yet. */
export type ListedMessage = Omit<RefusedMessage, 'message'> &
  ({ preview: RefusedPreview } | { message: SourceMessage });

/** What waits for a person. */
export interface RefusedSum {
  count: number;
  /** That they take in the database. */
  bytes: number;
}

/** Names a message: a topic that was made anew has its places again, at other times. */
export function messageId({ place, timestamp }: SourceMessage): string {
  return `${place}@${timestamp}`;
}

/** What is there already stays as it is. */
export async function keepRefused(
  tx: Knex,
  source: string,
  refused: Array<
    Pick<RefusedMessage, 'message' | 'reason'> & { preview: RefusedPreview }
  >,
): Promise<void> {
  for (const { message, reason, preview } of refused) {
    await tx('refused_messages')
      .insert({
        ...{ source, reason },
        message_id: messageId(message),
        message: write(message),
        ...previewColumns(preview),
        at: tx.raw(nowSql(tx)),
      })
      .onConflict(['source', 'message_id'])
      .ignore();
  }
}

/** The oldest whose preview was made by an older version. */
export async function readOldPreview(
  knex: Knex,
): Promise<RefusedMessage | undefined> {
  const row = await knex('refused_messages')
    .modify(hasOldPreview)
    .orderBy('seq')
    .first();
  return row && refusedOf(row);
}

export async function renewPreview(
  knex: Knex,
  seq: number,
  preview: RefusedPreview,
): Promise<void> {
  await knex('refused_messages')
    .where({ seq })
    .modify(hasOldPreview)
    .update(previewColumns(preview));
}

/** Those of each source that has some. */
export async function sumRefused(knex: Knex): Promise<Map<string, RefusedSum>> {
  const rows = await knex('refused_messages')
    .groupBy('source')
    .select('source')
    .count('* as count')
    // Of bytes both databases know it without reading them.
    .select(knex.raw('sum(length(message)) as bytes'));
  return new Map(
    rows.map(({ source, count, bytes }) => [
      String(source),
      { count: Number(count), bytes: Number(bytes) },
    ]),
  );
}

/** Oldest first. */
export async function readRefusedPage(
  knex: Knex,
  page: { source?: string; after?: number; limit: number },
): Promise<ListedMessage[]> {
  const rows = await knex('refused_messages')
    .select('seq', 'source', 'reason', 'at', 'preview')
    .select(knex.raw('case when preview is null then message end as message'))
    .modify(query => {
      if (page.source !== undefined) query.where({ source: page.source });
      if (page.after !== undefined) query.where('seq', '>', page.after);
    })
    .orderBy('seq')
    .limit(page.limit);
  return rows.map((row: Record<string, any>) =>
    row.preview
      ? { ...toldOf(row), preview: JSON.parse(row.preview) }
      : refusedOf(row),
  );
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
  return { ...toldOf(row), message: read(row.message) };
}

function toldOf({ seq, source, reason, at }: Record<string, any>) {
  return { seq: Number(seq), source, reason, at: Number(at) };
}

function previewColumns(preview: RefusedPreview) {
  return { preview: JSON.stringify(preview), preview_form: PREVIEW_FORM };
}

function hasOldPreview(query: Knex.QueryBuilder): void {
  query.whereRaw('coalesce(preview_form, 0) < ?', [PREVIEW_FORM]);
}

const binary = ['key', 'value'] as const;

function write(message: SourceMessage): Buffer {
  const encoded = binary.flatMap(part =>
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
  for (const part of binary) {
    if (message[part] !== undefined) {
      message[part] = Buffer.from(message[part], 'base64');
    }
  }
  return message;
}
