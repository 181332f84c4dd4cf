import type { SourceMessage } from '@gitops-events/plugin-gitops-events-node';
import type { Json } from '@gitops-events/plugin-gitops-events-sensors';
import type { Sandbox } from '../../sandbox';
import { messageId } from '../../store/refusedMessages';
import type { AttributeValue } from '../attributes';
import { checkEnvelope } from '../envelope';
import { jsonForMaps } from './jsonForMaps';
import { headerOf, outcomeOf, type ReadMessage } from './readMessage';
import { mapped, type MessageMap } from './readSources';

/**
 * Makes an event of a message that is no CloudEvent, by expressions of the
 * configuration. What they leave out or give as null or "" follows from the
 * message: its id from its place, its time, its key, its bytes.
 */
export async function mapMessage(
  sandbox: Pick<Sandbox, 'evaluateMap'>,
  map: MessageMap,
  message: SourceMessage,
): Promise<ReadMessage> {
  const json = parsed(message.value);
  if (json === 'tooDeep') {
    return {
      reason:
        'Its JSON is nested too deep for expressions (64 levels). Have it sent flatter, or discard it.',
    };
  }
  const found = await sandbox.evaluateMap(map, variablesOf(message, json));
  if ('reason' in found) {
    const { code, message: reason } = found.reason;
    return { reason, overran: code === 'deadline' || code === 'memory' };
  }
  const attributes = new Map<string, AttributeValue>([['specversion', '1.0']]);
  const add = (name: string, value: AttributeValue | undefined) => {
    if (value !== undefined) attributes.set(name, value);
  };
  add('id', messageId(message));
  add('time', isoOf(message.timestamp));
  add('partitionkey', keyOf(message));
  const { data, ...rest } = found.values;
  for (const [name, value] of Object.entries(rest)) {
    if (value === null || value === '') continue;
    if (typeof value === 'object') {
      return {
        reason: `map.${name} gives no text. Write an expression that does, or discard it.`,
      };
    }
    const isTime = name === 'time' && typeof value === 'number';
    add(
      mapped[name as keyof typeof mapped],
      isTime ? isoOf(value) : String(value),
    );
  }
  if (data !== undefined && data !== null) {
    add('datacontenttype', 'application/json');
    return outcomeOf(
      checkEnvelope(attributes, Buffer.from(JSON.stringify(data))),
    );
  }
  const bytes = map.data === undefined ? message.value : undefined;
  if (bytes) add('datacontenttype', contentTypeOf(message, json));
  return outcomeOf(checkEnvelope(attributes, bytes));
}

/** A payload as expressions see it: JSON where it is that, else text. */
type Parsed = { json: Json } | { text: string } | undefined;

function parsed(value: Uint8Array | undefined): Parsed | 'tooDeep' {
  if (!value) return undefined;
  const text = textOf(value);
  return jsonForMaps(text) ?? { text };
}

function variablesOf(message: SourceMessage, value: Parsed) {
  const { topic, partition, offset, timestamp, key } = message;
  const headers: Record<string, string> = {};
  for (const [name, text] of message.headers.toReversed()) headers[name] = text;
  return {
    key: key ? textOf(key) : null,
    value: contentOf(value),
    ...{ headers, topic, partition, offset, timestamp },
  };
}

function contentOf(value: Parsed): Json {
  if (!value) return null;
  return 'json' in value ? value.json : value.text;
}

function contentTypeOf(message: SourceMessage, value: Parsed): string {
  const told = headerOf(message, 'content-type');
  if (told) return told;
  if (value && 'json' in value) return 'application/json';
  return isText(message.value!)
    ? 'text/plain; charset=utf-8'
    : 'application/octet-stream';
}

/** Messages of one key stay in order; one that cannot be written as an attribute has no say. */
function keyOf({ key }: SourceMessage): string | undefined {
  if (!key || key.length === 0 || key.length > 512 || !isText(key)) {
    return undefined;
  }
  const text = textOf(key);
  return /\p{Cc}/u.test(text) ? undefined : text;
}

function isText(bytes: Uint8Array): boolean {
  const text = textOf(bytes);
  return (
    Buffer.from(text).equals(bytes) &&
    !/[\p{Surrogate}\p{Noncharacter_Code_Point}]/u.test(text) &&
    // eslint-disable-next-line no-control-regex
    !/[\u0000-\u0008\u000e-\u001f]/.test(text)
  );
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** Undefined for a time that no clock shows. */
function isoOf(ms: number): string | undefined {
  const date = new Date(ms);
  const isTime = ms >= 0 && !Number.isNaN(date.getTime());
  return isTime && date.getUTCFullYear() < 10_000
    ? date.toISOString()
    : undefined;
}
