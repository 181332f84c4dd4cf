import type { AttributeValue } from './attributes';
import { checkEnvelope, type Checked, type Refusal } from './envelope';

/** How a binding writes attributes as headers. */
export interface BinaryStyle {
  prefix: string;
  /** Undefined where the text is not as it must be. */
  decode(text: string): string | undefined;
}

const http: BinaryStyle = { prefix: 'ce-', decode: decoded };

/**
 * One event in binary mode: attributes in headers, the rest is the payload.
 *
 * @param headers - alternates names and values, as `rawHeaders` does
 * @param defaults - attributes where the headers have none
 */
export function fromHeaders(
  headers: string[],
  data: Uint8Array | undefined,
  { prefix, decode }: BinaryStyle = http,
  defaults: Record<string, AttributeValue> = {},
): Checked {
  const attributes = new Map<string, AttributeValue>();
  const refuse = (attribute: string, detail: string): Checked => ({
    refusals: [{ status: 400, attribute, detail } satisfies Refusal],
  });
  for (let index = 0; index < headers.length; index += 2) {
    const header = headers[index].toLowerCase();
    const value = headers[index + 1];
    if (header === 'content-type') attributes.set('datacontenttype', value);
    if (!header.startsWith(prefix)) continue;
    const name = header.slice(prefix.length);
    if (name === 'datacontenttype') {
      return refuse(name, 'In binary mode the header Content-Type says it.');
    }
    if (attributes.has(name)) return refuse(name, 'The header is there twice.');
    const text = decode(value);
    if (text === undefined) {
      return refuse(
        name,
        'Percent-encode spaces, quotes, "%" and what is not ASCII, as UTF-8.',
      );
    }
    attributes.set(name, text);
  }
  for (const [name, value] of Object.entries(defaults)) {
    if (!attributes.has(name)) attributes.set(name, value);
  }
  return checkEnvelope(attributes, data);
}

/**
 * HTTP binding 1.0.2, section 3.1.3.2: quotes are removed, then one round of
 * percent-decoding, and bytes that are not UTF-8 are refused.
 */
function decoded(value: string): string | undefined {
  const text = /^".*"$/.test(value)
    ? value.slice(1, -1).replace(/\\(.)/g, '$1')
    : value;
  if (/[^\x20-\x7e]/.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
