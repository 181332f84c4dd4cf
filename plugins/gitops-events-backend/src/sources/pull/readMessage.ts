import type {
  HeaderStyle,
  SourceMessage,
} from '@gitops-events/plugin-gitops-events-node';
import { messageId } from '../../store/refusedMessages';
import { fromHeaders } from '../binaryMode';
import { readJson } from '../cloudEventsHttp';
import type { Checked, ReceivedEvent } from '../envelope';
import { fromJsonFormat } from '../structuredMode';

/** The event that a message is, or why it is none: a sentence that says what to do. */
export type ReadMessage =
  | { event: ReceivedEvent }
  | {
      reason: string;
      /** It took the thread that everybody's expressions run in. */
      overran?: boolean;
    };

/**
 * Reads a message that is a CloudEvent. Its content type says how, as the
 * bindings for Kafka and NATS have it: structured mode where it is that of
 * CloudEvents, else binary mode. One without an id gets one of its place.
 */
export function readCloudEvent(
  message: SourceMessage,
  style: HeaderStyle,
): ReadMessage {
  const { value, headers } = message;
  const contentType = headerOf(message, 'content-type') ?? '';
  const [mediaType, ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map(part => part.trim());
  const defaults = { id: messageId(message) };
  if (mediaType === 'application/cloudevents+json') {
    try {
      const json = readJson(Buffer.from(value ?? ''), parameters);
      return outcomeOf(fromJsonFormat(json.text, json.value, defaults));
    } catch (error) {
      return { reason: (error as Error).message };
    }
  }
  if (mediaType.startsWith('application/cloudevents')) {
    return {
      reason: `It is of the content type ${mediaType}, which is not read from a message. Send each event as application/cloudevents+json.`,
    };
  }
  const { prefix, decode = text => text } = style;
  if (!headers.some(([name]) => name.toLowerCase().startsWith(prefix))) {
    return {
      reason: `It is no CloudEvent: it has neither headers that begin with ${prefix} nor the content type application/cloudevents+json. Give its source a map, or discard it.`,
    };
  }
  return outcomeOf(
    fromHeaders(headers.flat(), value, { prefix, decode }, defaults),
  );
}

/** The first of that name, in whatever case. */
export function headerOf(
  { headers }: Pick<SourceMessage, 'headers'>,
  name: string,
): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name)?.[1];
}

export function outcomeOf(checked: Checked): ReadMessage {
  if ('event' in checked) return checked;
  const reasons = checked.refusals.map(({ attribute, detail }) =>
    attribute === undefined ? detail : `${attribute}: ${detail}`,
  );
  return { reason: reasons.join(' ') };
}
