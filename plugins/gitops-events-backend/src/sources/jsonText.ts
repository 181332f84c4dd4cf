/**
 * Where the parts of a JSON text stand, so that a payload can be kept as the
 * bytes received: parsing and printing it again would lose big integers,
 * `1.0`, the order of duplicate names and every space.
 */

/** The text of one part: `text.slice(start, end)`. */
export interface JsonPart {
  /** Name of the member; undefined for an item of an array. */
  name?: string;
  start: number;
  end: number;
}

/** Members or items of the object or array that a valid JSON text is. */
export function partsOf(text: string): JsonPart[] {
  const parts: JsonPart[] = [];
  let at = skipSpace(text, 0);
  const isObject = text[at] === '{';
  at = skipSpace(text, at + 1);
  while (text[at] !== '}' && text[at] !== ']') {
    let name: string | undefined;
    if (isObject) {
      const end = endOfString(text, at);
      name = JSON.parse(text.slice(at, end));
      at = skipSpace(text, skipSpace(text, end) + 1);
    }
    const end = endOfValue(text, at);
    parts.push({ name, start: at, end });
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return parts;
}

const space = new Set([' ', '\n', '\r', '\t']);

function skipSpace(text: string, from: number): number {
  let at = from;
  while (space.has(text[at])) at += 1;
  return at;
}

/** `from` is at the opening quote; returns what follows the closing one. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; ; at += 1) {
    at = text.indexOf('"', at);
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
}

const bracketOrQuote = /["[\]{}]/g;
const endOfScalar = /[\s,\]}]|$/g;

function endOfValue(text: string, from: number): number {
  if (text[from] === '"') return endOfString(text, from);
  if (text[from] !== '{' && text[from] !== '[') {
    endOfScalar.lastIndex = from;
    return endOfScalar.exec(text)!.index;
  }
  let depth = 0;
  let at = from;
  do {
    bracketOrQuote.lastIndex = at;
    at = bracketOrQuote.exec(text)!.index;
    const found = text[at];
    if (found === '"') {
      at = endOfString(text, at);
    } else {
      depth += found === '{' || found === '[' ? 1 : -1;
      at += 1;
    }
  } while (depth > 0);
  return at;
}
