/** A piece of a text: as it stands, or an expression between `${{` and `}}`. */
export type Piece =
  | { literal: string }
  | {
      expression: string;
      /** Characters before the expression. */ offset: number;
    };

/** Whether a value is a text that holds `${{`. */
export function isTemplate(value: unknown): value is string {
  return typeof value === 'string' && value.includes('${{');
}

/**
 * Cuts a text at its `${{ }}`. Braces and quotes inside an expression are
 * understood, so that `${{ {"a": {"b": "}}"}} }}` is one.
 */
export function splitTemplate(
  text: string,
): { pieces: Piece[] } | { unclosedAt: number } {
  const pieces: Piece[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf('${{', at);
    if (start < 0) break;
    const end = findEnd(text, start + 3);
    if (end === undefined) return { unclosedAt: start };
    if (start > at) pieces.push({ literal: text.slice(at, start) });
    const inner = text.slice(start + 3, end);
    const offset = start + 3 + (inner.length - inner.trimStart().length);
    pieces.push({ expression: inner.trim(), offset });
    at = end + 2;
  }
  if (at < text.length || pieces.length === 0) {
    pieces.push({ literal: text.slice(at) });
  }
  return { pieces };
}

/** Where the `}}` stands that closes the expression which begins at `from`. */
function findEnd(text: string, from: number): number | undefined {
  let depth = 0;
  let quote: string | undefined;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (quote !== undefined) {
      if (char === '\\') at++;
      else if (char === quote) quote = undefined;
    } else if (char === '"' || char === "'") {
      quote = char;
    } else if (char === '{') {
      depth++;
    } else if (char === '}') {
      if (depth === 0) return text[at + 1] === '}' ? at : undefined;
      depth--;
    }
  }
  return undefined;
}
