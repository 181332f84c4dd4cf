import type { CelInput } from '@bufbuild/cel';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { toCel } from './cel/values';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** An event with its attributes as expressions see them, made once for all sensors. @public */
export interface BoundEvent {
  event: StoredEvent;
  /** The variable `event`. */
  value: CelInput;
}

/**
 * What the variable `event` holds: CloudEvents attributes and extensions by name,
 * `ingress`, and `data`, the parsed JSON payload. A payload that is not JSON
 * leaves `data` absent, so that reading it is a missing field.
 *
 * @public
 */
export function eventFields(event: StoredEvent): Record<string, unknown> {
  return {
    ...event.extensions,
    id: event.id,
    source: event.source,
    type: event.type,
    subject: event.subject,
    time: event.time,
    datacontenttype: event.dataContentType,
    dataschema: event.dataSchema,
    entityref: event.entityRef,
    partitionkey: event.partitionKey,
    causationid: event.causationId,
    ingress: event.ingress,
    data: parsePayload(event),
  };
}

/** Makes the variable `event`; see {@link eventFields}. @public */
export function bindEvent(event: StoredEvent): BoundEvent {
  const { data, ...attributes } = eventFields(event);
  const value = toCel(attributes) as Map<string, CelInput>;
  try {
    if (data !== undefined) value.set('data', toCel(data));
  } catch {
    // Nested too deep to bind: absent, like a payload that is not JSON.
  }
  return { event, value };
}

function parsePayload(event: StoredEvent): unknown {
  if (!event.data || !isJson(event.dataContentType)) return undefined;
  try {
    return JSON.parse(decoder.decode(event.data));
  } catch {
    return undefined;
  }
}

/** CloudEvents: without a content type the payload is JSON. */
function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined) return true;
  const [type] = contentType.toLowerCase().split(';');
  return /^[^/]+\/(json|.*\+json)$/.test(type.trim());
}
