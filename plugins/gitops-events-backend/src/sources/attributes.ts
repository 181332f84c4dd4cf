export type AttributeValue = string | number | boolean;

const MAX_CHARACTERS = 1024;
const MAX_ENTITY_REF = 255;
const MAX_DEPTH = 1_000;

// CloudEvents 1.0.2, section "Type System", String.
const forbidden = /[\p{Cc}\p{Surrogate}\p{Noncharacter_Code_Point}]/u;

const uriReference =
  /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const mediaType =
  /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w!#$&^.+-]+=(?:[\w!#$&^.+'*-]+|"[^"]*"))*$/;
const timestamp =
  /^(\d{4})-(0[1-9]|1[0-2])-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

function isInt32(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= 2 ** 31 - 1;
}

type Rule = (value: AttributeValue) => string | undefined;

const string: Rule = value =>
  typeof value === 'string' ? undefined : 'It must be a string.';

/** A string for which `test` holds. */
const stringThat =
  (test: (text: string) => boolean, otherwise: string): Rule =>
  value =>
    string(value) ?? (test(value as string) ? undefined : otherwise);

const rules: Record<string, Rule> = {
  specversion: value =>
    value === '1.0'
      ? undefined
      : 'Only CloudEvents 1.0 is understood; send "1.0".',
  id: string,
  type: string,
  subject: string,
  source: stringThat(
    text => uriReference.test(text),
    'It is no URI reference; percent-encode what RFC 3986 does not allow.',
  ),
  time: stringThat(
    isTimestamp,
    'It is no RFC 3339 time; write it as 2026-01-31T08:00:00Z.',
  ),
  datacontenttype: stringThat(
    text => mediaType.test(text),
    'It is no media type; write it as application/json.',
  ),
  dataschema: stringThat(
    text => /^[a-z][a-z0-9+.-]*:/i.test(text) && uriReference.test(text),
    'It is no absolute URI.',
  ),
  partitionkey: string,
  causationid: string,
  entityref: stringThat(
    text => text.length <= MAX_ENTITY_REF,
    `It is longer than ${MAX_ENTITY_REF} characters.`,
  ),
  causationdepth: value =>
    /^\d{1,4}$/.test(String(value)) && Number(value) <= MAX_DEPTH
      ? undefined
      : `It must be an integer from 0 to ${MAX_DEPTH}.`,
};

/** What is wrong with one attribute by CloudEvents 1.0 or our limits, as a sentence that says what to do. */
export function attributeProblem(
  name: string,
  value: AttributeValue,
): string | undefined {
  if (!/^[a-z0-9]{1,20}$/.test(name)) {
    return 'Name an attribute with 1 to 20 lower-case letters and digits.';
  }
  if (typeof value === 'string') {
    if (value === '') return 'It is empty; leave it out or give it a value.';
    if (value.length > MAX_CHARACTERS) {
      return `It has ${value.length} characters; at most ${MAX_CHARACTERS} are allowed.`;
    }
    if (forbidden.test(value)) {
      return 'It holds a control character, a noncharacter or half of a surrogate pair, which CloudEvents forbids; remove it.';
    }
  } else if (typeof value === 'number' && !isInt32(value)) {
    return 'A number must be an integer of 32 bits; send it as a string.';
  }
  return rules[name]?.(value);
}

function isTimestamp(text: string): boolean {
  const [, year, month, day] = timestamp.exec(text) ?? [];
  const daysInMonth = new Date(
    Date.UTC(Number(year), Number(month), 0),
  ).getUTCDate();
  return Number(day) >= 1 && Number(day) <= daysInMonth;
}
