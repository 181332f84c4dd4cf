import type { Message } from 'kafkajs';
import {
  partitionKeyOf,
  type StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  IncomingEvent,
  UnreadableRecord,
} from '@gitops-events/plugin-gitops-events-node';
import type { FetchedRecord } from './cluster';

/** What we know about an event beside what CloudEvents has a place for. */
const OURS = 'gitopsevents';
const PROBE = 'gitopsevents-probe';

/** What follows an event by its trace reads this name, and not that of CloudEvents. */
const traceHeaders = ['traceparent', 'tracestate'];

/**
 * An event as the CloudEvents Kafka binding has it in binary mode: attributes
 * as headers, the payload as it came, and the partition key as the key. What
 * only we know, and the kinds of extensions, which headers lose, goes along in
 * a header of our own.
 */
export function recordOf(event: IncomingEvent): Message {
  const { uid, ingress, principal, ownerRef, depth, extensions } = event;
  const ours = { uid, ingress, principal, ownerRef, depth, extensions };
  const headers: Record<string, string | undefined> = {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: event.source,
    ce_type: event.type,
    ce_subject: event.subject,
    ce_time: event.time,
    ce_dataschema: event.dataSchema,
    'content-type': event.dataContentType,
    ce_entityref: event.entityRef,
    ce_partitionkey: event.partitionKey,
    ce_causationid: event.causationId,
    ...Object.fromEntries(
      Object.entries(extensions).flatMap(([name, value]) => [
        [`ce_${name}`, String(value)],
        ...(traceHeaders.includes(name) ? [[name, String(value)]] : []),
      ]),
    ),
    [OURS]: JSON.stringify(ours),
  };
  return {
    key: partitionKeyOf(event) ?? null,
    value: event.data === undefined ? null : Buffer.from(event.data),
    headers: Object.fromEntries(
      Object.entries(headers).filter(([, value]) => value !== undefined),
    ),
  };
}

export function probeOf(mark: string): Message {
  return { key: null, value: null, headers: { [PROBE]: mark } };
}

export type Found =
  { event: StoredEvent } | { probe: string } | { unreadable: UnreadableRecord };

/** What a record of our topics is. */
export function readRecord(record: FetchedRecord): Found {
  const probe = textOf(record, PROBE);
  if (probe !== undefined) return { probe };
  const text = (name: string) => textOf(record, `ce_${name}`);
  const [id, source, type] = [text('id'), text('source'), text('type')];
  const ours = parseOurs(textOf(record, OURS));
  if (!ours || id === undefined || source === undefined || type === undefined) {
    return { unreadable: unreadable(record) };
  }
  return {
    event: {
      ...ours,
      ...{ id, source, type },
      subject: text('subject'),
      time: text('time'),
      dataContentType: textOf(record, 'content-type'),
      dataSchema: text('dataschema'),
      entityRef: text('entityref'),
      partitionKey: text('partitionkey'),
      causationId: text('causationid'),
      acceptedAt: Number(record.timestamp),
      data: record.value ?? undefined,
    },
  };
}

type Ours = Pick<
  StoredEvent,
  'uid' | 'ingress' | 'principal' | 'ownerRef' | 'depth' | 'extensions'
>;

function parseOurs(text: string | undefined): Ours | undefined {
  try {
    const { uid, ingress, principal, ownerRef, depth, extensions } = JSON.parse(
      text ?? '{}',
    );
    const isOurs =
      /^[0-9a-f]{32}$/.test(uid) &&
      [ingress, principal].every(value => typeof value === 'string') &&
      ['string', 'undefined'].includes(typeof ownerRef) &&
      Number.isInteger(depth) &&
      typeof extensions === 'object' &&
      extensions !== null;
    return isOurs
      ? { uid, ingress, principal, ownerRef, depth, extensions }
      : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(record: FetchedRecord): UnreadableRecord {
  const headers = Object.keys(record.headers).map(name => [
    name,
    textOf(record, name),
  ]);
  return {
    place: `offset ${record.offset}`,
    reason: 'It was not written by GitOps Events.',
    record: Buffer.from(
      JSON.stringify({
        key: record.key?.toString('base64'),
        value: record.value?.toString('base64'),
        headers: Object.fromEntries(headers),
      }),
    ),
  };
}

function textOf(record: FetchedRecord, name: string): string | undefined {
  const value = record.headers[name];
  const one = Array.isArray(value) ? value[0] : value;
  return one === undefined || one === null ? undefined : String(one);
}
