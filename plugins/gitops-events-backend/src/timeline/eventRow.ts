import type { Knex } from 'knex';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { eventFromRow, type EventRow as StoredRow } from '../store/eventRow';

/** An event as lists read it: without its payload, with that one's size. */
export interface EventRow extends Omit<StoredEvent, 'data'> {
  seq: number;
  partition: string;
  /** Bytes. */
  dataSize: number;
}

const columns = [
  'seq',
  'uid',
  'partition',
  'ingress',
  'principal',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'content_type',
  'schema',
  'extensions',
  'entity_ref',
  'owner_ref',
  'partition_key',
  'causation_id',
  'depth',
  'accepted_at',
  'erased_at',
];

/** In the order of the numbers given. */
export async function readEventRows(
  knex: Knex,
  seqs: number[],
): Promise<EventRow[]> {
  const rows = await selectEvents(knex).whereIn('seq', seqs);
  const bySeq = new Map(rows.map(row => [Number(row.seq), eventRowOf(row)]));
  return seqs.flatMap(seq => bySeq.get(seq) ?? []);
}

export async function readEventRow(
  knex: Knex,
  uid: string,
): Promise<EventRow | undefined> {
  const row = await selectEvents(knex).where({ uid }).first();
  return row && eventRowOf(row);
}

export async function readEventsByUid(
  knex: Knex,
  uids: string[],
): Promise<Map<string, EventRow>> {
  const rows = await selectEvents(knex).whereIn('uid', uids);
  return new Map(rows.map(row => [row.uid, eventRowOf(row)]));
}

function selectEvents(knex: Knex): Knex.QueryBuilder<any, any[]> {
  return knex('events').select(
    ...columns,
    knex.raw('octet_length(data) as data_size'),
  );
}

function eventRowOf(row: StoredRow & { data_size: unknown }): EventRow {
  return {
    ...eventFromRow({ ...row, data: null }),
    seq: Number(row.seq),
    partition: row.partition,
    dataSize: Number(row.data_size ?? 0),
  };
}
