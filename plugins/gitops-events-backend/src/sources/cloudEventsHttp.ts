import { HttpProblem } from '../http/problem';
import { fromHeaders } from './binaryMode';
import type { Checked } from './envelope';
import { jsonErrorOffset } from './jsonError';
import { partsOf } from './jsonText';
import { fromJsonFormat } from './structuredMode';

/** One event of a request, or why it is refused. */
export type ReceivedItem = Checked & {
  /** Where an attribute (or without a name the event) stands: a JSON pointer or the name of a header. */
  place(attribute?: string): string;
};

/**
 * Reads the events of an HTTP request in binary, structured or batch mode.
 *
 * @throws HttpProblem when the request as a whole cannot be read.
 */
export function eventsOfRequest(request: {
  /** Alternating names and values, as Node gives them. */
  rawHeaders: string[];
  contentType: string | undefined;
  body: Buffer;
  /** The most events in one batch. */
  batchEvents: number;
}): ReceivedItem[] {
  const { rawHeaders, contentType = '', body, batchEvents } = request;
  const [mediaType, ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map(part => part.trim());
  if (mediaType === 'application/cloudevents+json') {
    const { text, value } = readJson(body, parameters);
    return [{ ...fromJsonFormat(text, value), place: pointerIn('') }];
  }
  if (mediaType === 'application/cloudevents-batch+json') {
    const { text, value } = readJson(body, parameters);
    return batch(text, value, batchEvents);
  }
  const hasHeaders = rawHeaders.some(
    (name, index) => index % 2 === 0 && /^ce-/i.test(name),
  );
  if (!hasHeaders || mediaType.startsWith('application/cloudevents')) {
    throw new HttpProblem({
      status: 415,
      detail: `Send CloudEvents: application/cloudevents+json for one, application/cloudevents-batch+json for several, or ce- headers with the payload as body. This request has the content type "${mediaType}".`,
    });
  }
  const data = body.length > 0 ? body : undefined;
  return [{ ...fromHeaders(rawHeaders, data), place: headerOf }];
}

function batch(text: string, value: unknown, most: number): ReceivedItem[] {
  if (!Array.isArray(value)) {
    throw new HttpProblem({
      status: 400,
      detail: 'A batch must be a JSON array of events.',
    });
  }
  if (value.length > most) {
    throw new HttpProblem({
      status: 413,
      detail: `The batch has ${value.length} events; at most ${most} are allowed (gitopsEvents.limits.batchEvents).`,
    });
  }
  return partsOf(text).map(({ start, end }, index) => ({
    ...fromJsonFormat(text.slice(start, end), value[index]),
    place: pointerIn(`/${index}`),
  }));
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads JSON, and keeps the text that it was read from.
 *
 * @throws HttpProblem that says where it is none
 */
export function readJson(
  body: Buffer,
  parameters: string[],
): { text: string; value: unknown } {
  const charset = parameters.find(parameter => /^charset=/.test(parameter));
  if (charset && !/^charset="?utf-8"?$/.test(charset)) {
    throw new HttpProblem({
      status: 415,
      detail: `JSON is read as UTF-8; this request says ${charset}.`,
    });
  }
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    throw new HttpProblem({
      status: 400,
      detail: `The body is not UTF-8: see byte ${notUtf8At(body)}.`,
    });
  }
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    const offset = jsonErrorOffset(text) ?? 0;
    const lines = text.slice(0, offset).split('\n');
    throw new HttpProblem({
      status: 400,
      detail: `The body is not JSON: see line ${lines.length}, column ${lines[lines.length - 1].length + 1} (character ${offset}).`,
    });
  }
}

/** Number of the first byte that decoding does not give back. */
function notUtf8At(body: Buffer): number {
  const again = Buffer.from(body.toString('utf8'));
  return body.findIndex((byte, index) => byte !== again[index]);
}

function pointerIn(prefix: string): ReceivedItem['place'] {
  return attribute =>
    attribute === undefined
      ? prefix
      : `${prefix}/${attribute.replace(/~/g, '~0').replace(/\//g, '~1')}`;
}

function headerOf(attribute?: string): string {
  if (attribute === undefined) return '';
  return attribute === 'datacontenttype' ? 'content-type' : `ce-${attribute}`;
}
