import { parseDocument } from 'yaml';
import { EditError } from './editError';

/** What YAML and JSON share; the only values an edit may set. */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | PlainValue[]
  | { [key: string]: PlainValue };

/** How a string was written before; kept where the new one allows it. */
export type StringStyle = 'plain' | 'single' | 'double' | 'block';

export interface BlockLayout {
  /** Spaces that a map stands further in than the key above it. */
  step: number;
  /** Spaces that the dash of a list stands further in than the key above it. */
  dash: number;
}

// Not only what YAML 1.2 and 1.1 say: readers differ (`y`, `=`, `1e3`, `0o7`, `1:30`, `2024-1-1`),
// so what looks like anything else than text to one of them is quoted.
const words = /^(?:y|yes|n|no|on|off|true|false|null|~|=|<<)$/i;
const numbers =
  /^[-+]?(?:0x[0-9a-f_]*|0o?[0-7_]*|0b[01_]*|[0-9_,]*\.?[0-9_]*(?:e[-+]?[0-9_]*)?|[0-9_]+(?::[0-9_]+)+(?:\.[0-9_]*)?|\.(?:inf|nan))$/i;
const dates = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}/;
const plainText =
  /^[\p{L}\p{N}_./+-](?:[\p{L}\p{N}_./+@:=()*&%$!;^~<>?| -]*[\p{L}\p{N}_./+@()*%$!;^~<>?=-])?$/u;
// What a reader may refuse or fold, so that it must be escaped: controls, YAML 1.1 line breaks, byte order marks.
const unprintable =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;
const escaped = new RegExp(unprintable.source.replace('[', '[\\t\\n'), 'g');

/** Whether every reader takes these bytes, unquoted, as this very string. */
function isSafePlain(value: string): boolean {
  if (value.length > 1000 || !plainText.test(value)) return false;
  if (words.test(value) || numbers.test(value) || dates.test(value))
    return false;
  if (/: |:$| #|^[-?] |^(?:---|\.\.\.)/.test(value)) return false;
  return (['1.1', '1.2'] as const).every(version => {
    const document = parseDocument(value, { version, logLevel: 'silent' });
    return document.errors.length === 0 && document.toJS() === value;
  });
}

/** On one line, in quotes or without. */
function writeString(
  value: string,
  style: StringStyle = 'plain',
  place: { flow?: boolean; json?: boolean } = {},
): string {
  if (/\p{Surrogate}/u.test(value)) {
    throw new EditError(
      'valueInvalid',
      'A text with half a character (a lone surrogate) cannot be written to a file.',
    );
  }
  if (place.json) return writeDouble(value);
  const oneLine = !unprintable.test(value) && !/[\n\t]/.test(value);
  if (style === 'single' && oneLine) {
    return `'${value.replaceAll("'", "''")}'`;
  }
  const plain =
    style === 'plain' &&
    !(place.flow && /[:,?]/.test(value)) &&
    isSafePlain(value);
  return plain ? value : writeDouble(value);
}

function writeDouble(value: string): string {
  return JSON.stringify(value).replace(
    escaped,
    sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether a literal block (`|`) gives the string back in any reader. */
export function fitsBlock(value: string): boolean {
  return (
    !unprintable.test(value) &&
    /^[^\s]/.test(value) &&
    !/\n\n$/.test(value) &&
    !/[ \t]$/m.test(value)
  );
}

/** Lines of a block of text: its header, then the content without indentation. Only one line is ever folded. */
export function writeBlockText(value: string, folded = false): string[] {
  const ends = value.endsWith('\n');
  const lines = (ends ? value.slice(0, -1) : value).split('\n');
  return [
    (folded && lines.length === 1 ? '>' : '|') + (ends ? '' : '-'),
    ...lines,
  ];
}

export function writeScalar(
  value: null | boolean | number | string,
  style?: StringStyle,
  place?: { flow?: boolean; json?: boolean },
): string {
  if (typeof value === 'string') return writeString(value, style, place);
  if (typeof value === 'number') return writeNumber(value);
  return String(value);
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw new EditError('valueInvalid', `${value} is not a number to write.`);
  }
  // YAML 1.1 knows an exponent only after a point.
  return String(value).replace(/^(-?\d+)e/, '$1.0e');
}

export function isCollection(
  value: PlainValue,
): value is PlainValue[] | { [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null;
}

function isEmptyCollection(value: PlainValue): boolean {
  return isCollection(value) && Object.keys(value).length === 0;
}

/** On one line, for places inside `{}` and `[]`. */
export function writeFlow(value: PlainValue, json = false): string {
  if (Array.isArray(value)) {
    return `[${value.map(item => writeFlow(item, json)).join(', ')}]`;
  }
  if (isCollection(value)) {
    const pairs = Object.entries(value).map(
      ([key, item]) => `${writeKey(key, json)}: ${writeFlow(item, json)}`,
    );
    return `{${pairs.join(', ')}}`;
  }
  return writeScalar(value, 'plain', { flow: true, json });
}

export function writeKey(key: string, json = false): string {
  return writeString(key, 'plain', { flow: true, json });
}

/**
 * Lines as they stand in a block, without the indentation of the place. The
 * first line belongs behind `key:` or `-`, or on a line of its own: see `isBlock`.
 */
export function writeBlock(value: PlainValue, layout: BlockLayout): string[] {
  if (typeof value === 'string' && value.includes('\n') && fitsBlock(value)) {
    const [header, ...content] = writeBlockText(value);
    return [header, ...indent(content, layout.step)];
  }
  if (!isCollection(value)) return [writeScalar(value)];
  if (isEmptyCollection(value)) return [writeFlow(value)];
  if (Array.isArray(value)) {
    return value.flatMap(item => {
      const inner = typeof item === 'string' ? { ...layout, step: 2 } : layout;
      const [first, ...rest] = writeBlock(item, inner);
      return [
        `- ${first}`,
        ...(typeof item === 'string' ? rest : indent(rest, 2)),
      ];
    });
  }
  return Object.entries(value).flatMap(([key, item]) =>
    writePair(key, item, layout),
  );
}

/** Lines of `key: value`, without the indentation of the place. */
export function writePair(
  key: string,
  value: PlainValue,
  layout: BlockLayout,
): string[] {
  const lines = writeBlock(value, layout);
  if (!isCollection(value) || isEmptyCollection(value)) {
    return [`${writeKey(key)}: ${lines[0]}`, ...lines.slice(1)];
  }
  return [
    `${writeKey(key)}:`,
    ...indent(lines, Array.isArray(value) ? layout.dash : layout.step),
  ];
}

/** Whether `writeBlock` gives lines that stand below their key, not behind it. */
export function isBlock(value: PlainValue): boolean {
  return isCollection(value) && !isEmptyCollection(value);
}

export function indent(lines: string[], spaces: number): string[] {
  return lines.map(line => (line === '' ? '' : ' '.repeat(spaces) + line));
}
