import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { IncomingEvent } from './bus';

/** What we know about an event beside what CloudEvents has a place for. */
const OURS = 'gitopsevents';
const PROBE = 'gitopsevents-probe';

/** What follows an event by its trace reads this name, and not that of CloudEvents. */
const traceHeaders = ['traceparent', 'tracestate'];

/**
 * How a broker writes the attributes of a CloudEvent.
 *
 * @public
 */
export interface HeaderStyle {
  /** Before the name of each attribute: `ce_` on Kafka, `ce-` on NATS. */
  prefix: string;
  /** Where a header takes less than any text. Default: as it is. */
  encode?(text: string): string;
  /** Default: as it is. */
  decode?(text: string): string;
}

/**
 * An event but for its payload, as headers of the CloudEvents binary mode. What
 * only we know, and the kinds of extensions, which headers lose, goes along in
 * a header of our own.
 *
 * @public
 */
export function headersOfEvent(
  event: IncomingEvent,
  { prefix, encode = text => text }: HeaderStyle,
): Record<string, string> {
  const { uid, ingress, principal, ownerRef, depth, extensions } = event;
  const ours = { uid, ingress, principal, ownerRef, depth, extensions };
  const attributes: Record<string, string | undefined> = {
    specversion: '1.0',
    id: event.id,
    source: event.source,
    type: event.type,
    subject: event.subject,
    time: event.time,
    dataschema: event.dataSchema,
    entityref: event.entityRef,
    partitionkey: event.partitionKey,
    causationid: event.causationId,
    ...Object.fromEntries(
      Object.entries(extensions).map(([name, value]) => [name, String(value)]),
    ),
  };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    headers[`${prefix}${name}`] = encode(value);
    if (traceHeaders.includes(name)) headers[name] = encode(value);
  }
  if (event.dataContentType !== undefined) {
    headers['content-type'] = event.dataContentType;
  }
  headers[OURS] = JSON.stringify(ours);
  return headers;
}

/** Headers of a record that is no event: see `EventBroker.probe`. @public */
export function headersOfProbe(mark: string): Record<string, string> {
  return { [PROBE]: mark };
}

/** What headers say; nothing where they are not ours. @public */
export type FoundInHeaders =
  | { event: Omit<StoredEvent, 'acceptedAt' | 'data'> }
  | { probe: string }
  | undefined;

/**
 * Reads what {@link headersOfEvent} or {@link headersOfProbe} wrote.
 *
 * @param header - a header's text by its name
 * @public
 */
export function readHeaders(
  header: (name: string) => string | undefined,
  { prefix, decode = text => text }: HeaderStyle,
): FoundInHeaders {
  const probe = header(PROBE);
  if (probe !== undefined) return { probe };
  const text = (name: string) => {
    const value = header(`${prefix}${name}`);
    return value === undefined ? undefined : decode(value);
  };
  const [id, source, type] = [text('id'), text('source'), text('type')];
  const ours = parseOurs(header(OURS));
  if (!ours || id === undefined || source === undefined || type === undefined) {
    return undefined;
  }
  return {
    event: {
      ...ours,
      ...{ id, source, type },
      subject: text('subject'),
      time: text('time'),
      dataContentType: header('content-type'),
      dataSchema: text('dataschema'),
      entityRef: text('entityref'),
      partitionKey: text('partitionkey'),
      causationId: text('causationid'),
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
