import type { AttributeValue } from './attributes';
import { checkEnvelope, type Checked, type Refusal } from './envelope';
import { partsOf } from './jsonText';

/**
 * One event in the CloudEvents JSON format. `text` is valid JSON and `value`
 * is what it parses to; the payload is cut out of the text, as it was received.
 *
 * @param defaults - attributes where the event has none
 */
export function fromJsonFormat(
  text: string,
  value: unknown,
  defaults: Record<string, AttributeValue> = {},
): Checked {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused({ status: 400, detail: 'An event must be a JSON object.' });
  }
  const members = new Map<string, { start: number; end: number }>();
  for (const { name, start, end } of partsOf(text)) {
    if (members.has(name!)) {
      return refused({
        status: 400,
        attribute: name,
        detail: 'It is there twice; readers differ in which one they take.',
      });
    }
    members.set(name!, { start, end });
  }
  const attributes = new Map(Object.entries(defaults));
  for (const [name, member] of Object.entries(value)) {
    if (name === 'data' || name === 'data_base64' || member === null) continue;
    if (typeof member === 'object') {
      return refused({
        status: 400,
        attribute: name,
        detail:
          'An attribute must be a string, a boolean or an integer; put anything else into "data".',
      });
    }
    attributes.set(name, member);
  }
  const data = payload(text, value, members, attributes.get('datacontenttype'));
  if (data && 'detail' in data) return refused(data);
  return checkEnvelope(attributes, data);
}

function payload(
  text: string,
  event: { data?: unknown; data_base64?: unknown },
  members: ReadonlyMap<string, { start: number; end: number }>,
  contentType: AttributeValue | undefined,
): Buffer | Refusal | undefined {
  const member = members.get('data');
  const encoded = event.data_base64 ?? undefined;
  const refusal = (attribute: string, detail: string): Refusal => ({
    status: 400,
    attribute,
    detail,
  });
  if (encoded !== undefined) {
    if (member) return refusal('data_base64', 'Send either it or "data".');
    const bytes = Buffer.from(String(encoded), 'base64');
    return typeof encoded === 'string' && bytes.toString('base64') === encoded
      ? bytes
      : refusal('data_base64', 'It is not base64 with its padding.');
  }
  if (!member) return undefined;
  if (isJson(contentType)) {
    return Buffer.from(text.slice(member.start, member.end));
  }
  // JSON format 1.0.2, section 3.1.1: of another content type, `data` holds its text.
  if (typeof event.data !== 'string' || /\p{Surrogate}/u.test(event.data)) {
    return refusal(
      'data',
      `With the content type ${contentType} it must be a string of whole characters; use "data_base64" for bytes.`,
    );
  }
  return Buffer.from(event.data);
}

/** Without a content type the payload is JSON. */
function isJson(contentType: AttributeValue | undefined): boolean {
  return (
    contentType === undefined ||
    /^[^/;]+\/(?:json|[^;]*\+json)\s*(?:;|$)/i.test(String(contentType))
  );
}

function refused(refusal: Refusal): Checked {
  return { refusals: [refusal] };
}
