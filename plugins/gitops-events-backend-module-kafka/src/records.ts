import type { Message } from 'kafkajs';
import {
  partitionKeyOf,
  type StoredEvent,
} from '@gitops-events/plugin-gitops-events-common';
import {
  headersOfEvent,
  headersOfProbe,
  readHeaders,
  type EventBatch,
  type HeaderStyle,
  type IncomingEvent,
  type UnreadableRecord,
} from '@gitops-events/plugin-gitops-events-node';
import type { FetchedRecord } from './cluster';
import { positionOf, type Place } from './partitionReader';

export const style: HeaderStyle = { prefix: 'ce_' };

/**
 * An event as the CloudEvents Kafka binding has it in binary mode: attributes
 * as headers, the payload as it came, and the partition key as the key.
 */
export function recordOf(event: IncomingEvent): Message {
  return {
    key: partitionKeyOf(event) ?? null,
    value: event.data === undefined ? null : Buffer.from(event.data),
    headers: headersOfEvent(event, style),
  };
}

export function probeOf(mark: string): Message {
  return { key: null, value: null, headers: headersOfProbe(mark) };
}

export type Found =
  { event: StoredEvent } | { probe: string } | { unreadable: UnreadableRecord };

/** What a record of our topics is. */
export function readRecord(record: FetchedRecord): Found {
  const found = readHeaders(name => textOf(record, name), style);
  if (!found) return { unreadable: unreadable(record) };
  if ('probe' in found) return found;
  return {
    event: {
      ...found.event,
      acceptedAt: Number(record.timestamp),
      data: record.value ?? undefined,
    },
  };
}

/** Whether somebody wrote it, and did not take it back. */
export function isWritten(record: FetchedRecord): boolean {
  return !record.isControlRecord && !record.isAborted;
}

/** What records of our topics hold. */
export function batchOf(records: FetchedRecord[], next: Place): EventBatch {
  const found = records.filter(isWritten).map(readRecord);
  return {
    events: found.flatMap(one => ('event' in one ? one.event : [])),
    probes: found.flatMap(one => ('probe' in one ? one.probe : [])),
    unreadable: found.flatMap(one =>
      'unreadable' in one ? one.unreadable : [],
    ),
    next: positionOf(next),
  };
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
