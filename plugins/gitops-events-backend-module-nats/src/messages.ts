import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import {
  headersOfEvent,
  headersOfProbe,
  readHeaders,
  type EventBatch,
  type HeaderStyle,
  type IncomingEvent,
  type UnreadableRecord,
} from '@gitops-events/plugin-gitops-events-node';
import { positionOf, type Place } from './place';

/** A message has always a payload, if only an empty one. */
const NO_DATA = 'gitopsevents-nodata';

/**
 * Headers are trimmed and hold no line breaks, so attributes are written as the
 * CloudEvents bindings for NATS and HTTP do: all but printable ASCII as %XX.
 */
export const style: HeaderStyle = {
  prefix: 'ce-',
  encode: text =>
    text.replace(/[^\x21\x23\x24\x26-\x7e]+/gu, encodeURIComponent),
  decode: text => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  },
};

export interface Message {
  headers: MsgHdrs;
  payload: Uint8Array;
}

/** A message of a stream, with where and when it was stored. */
export interface StoredMessage {
  subject: string;
  seq: number;
  /** The how many-th that its consumer gave. */
  delivered: number;
  /** Milliseconds since the epoch. */
  time: number;
  headers: MsgHdrs | undefined;
  payload: Uint8Array;
}

/**
 * An event as the CloudEvents NATS binding has it in binary mode: attributes as
 * headers, the payload as it came.
 */
export function messageOf(event: IncomingEvent): Message {
  return {
    headers: toHeaders({
      ...headersOfEvent(event, style),
      ...(event.data === undefined && { [NO_DATA]: 'true' }),
    }),
    payload: event.data ?? new Uint8Array(),
  };
}

export function probeOf(mark: string): Message {
  return {
    headers: toHeaders(headersOfProbe(mark)),
    payload: new Uint8Array(),
  };
}

export type Found =
  { event: StoredEvent } | { probe: string } | { unreadable: UnreadableRecord };

/** What a message of our streams is. */
export function readMessage(message: StoredMessage): Found {
  const { headers, payload, time } = message;
  const text = (name: string) =>
    headers?.has(name) ? headers.get(name) : undefined;
  const found = readHeaders(text, style);
  if (!found) return { unreadable: unreadable(message) };
  if ('probe' in found) return found;
  const data = text(NO_DATA) ? undefined : payload;
  return { event: { ...found.event, acceptedAt: time, data } };
}

export function batchOf(messages: StoredMessage[], next: Place): EventBatch {
  const found = messages.map(readMessage);
  return {
    events: found.flatMap(one => ('event' in one ? one.event : [])),
    probes: found.flatMap(one => ('probe' in one ? one.probe : [])),
    unreadable: found.flatMap(one =>
      'unreadable' in one ? one.unreadable : [],
    ),
    next: positionOf(next),
  };
}

function toHeaders(record: Record<string, string>): MsgHdrs {
  const headers = newHeaders();
  for (const [name, value] of Object.entries(record)) headers.set(name, value);
  return headers;
}

function unreadable({
  seq,
  headers,
  payload,
}: StoredMessage): UnreadableRecord {
  return {
    place: `message ${seq}`,
    reason: 'It was not written by GitOps Events.',
    record: Buffer.from(
      JSON.stringify({
        value: Buffer.from(payload).toString('base64'),
        headers: Object.fromEntries(
          (headers?.keys() ?? []).map(name => [name, headers!.get(name)]),
        ),
      }),
    ),
  };
}
