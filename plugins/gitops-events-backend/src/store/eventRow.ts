import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';

/** A row of `events`; PostgreSQL gives big integers as text. */
export interface EventRow {
  seq: number | string;
  uid: string;
  partition: string;
  ingress: string;
  principal: string;
  id: string;
  source: string;
  type: string;
  subject: string | null;
  time: string | null;
  content_type: string | null;
  schema: string | null;
  extensions: string | null;
  entity_ref: string | null;
  owner_ref: string | null;
  partition_key: string | null;
  causation_id: string | null;
  depth: number;
  about?: string | null;
  accepted_at: number | string;
  acknowledged_at?: number | string | null;
  erased_at?: number | string | null;
  data: Buffer | null;
}

/** What `eventFromRow` reads, by name: see `prepared`. */
export const eventColumns = [
  ...['seq', 'uid', 'partition', 'ingress', 'principal', 'id', 'source'],
  ...['type', 'subject', 'time', 'content_type', 'schema', 'extensions'],
  ...['entity_ref', 'owner_ref', 'partition_key', 'causation_id', 'depth'],
  ...['about', 'accepted_at', 'acknowledged_at', 'erased_at', 'data'],
].join(', ');

export function eventFromRow(row: EventRow): StoredEvent {
  return {
    uid: row.uid,
    id: row.id,
    source: row.source,
    type: row.type,
    subject: row.subject ?? undefined,
    time: row.time ?? undefined,
    dataContentType: row.content_type ?? undefined,
    dataSchema: row.schema ?? undefined,
    extensions: row.extensions ? JSON.parse(row.extensions) : {},
    entityRef: row.entity_ref ?? undefined,
    ownerRef: row.owner_ref ?? undefined,
    partitionKey: row.partition_key ?? undefined,
    causationId: row.causation_id ?? undefined,
    depth: row.depth,
    about: row.about ? JSON.parse(row.about) : undefined,
    ingress: row.ingress,
    principal: row.principal,
    acceptedAt: Number(row.accepted_at),
    acknowledgedAt: row.acknowledged_at
      ? Number(row.acknowledged_at)
      : undefined,
    data: row.data ?? undefined,
    ...(row.erased_at && { erasedAt: Number(row.erased_at) }),
  };
}
