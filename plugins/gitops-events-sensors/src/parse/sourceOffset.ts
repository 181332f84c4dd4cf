/**
 * Where the character at `offset` of a scalar's value stands in its source.
 * Walks both texts side by side: what YAML adds is quotes, indentation, line
 * breaks and escapes.
 */
export function sourceOffset(
  source: string,
  value: string,
  offset: number,
): number {
  const quote = /^["']/.exec(source)?.[0];
  let at = contentStart(source);
  for (let seen = 0; at < source.length;) {
    const same = source[at] === value[seen];
    if (same && seen === offset) return at;
    if (same) {
      // '' stands for one quote inside single quotes.
      at += quote === "'" && source[at] === "'" ? 2 : 1;
      seen++;
    } else if (quote === '"' && source[at] === '\\') {
      if (seen === offset) return at;
      at += escapeLength(source, at);
      seen++;
    } else if (/\s/.test(source[at])) {
      at++;
    } else if (/\s/.test(value[seen] ?? '') && seen < offset) {
      seen++;
    } else {
      return at;
    }
  }
  return source.length;
}

/** Behind the quote, or behind the line with the `|` or `>` of a block. */
function contentStart(source: string): number {
  if (/^["']/.test(source)) return 1;
  return /^[|>][^\n]*\n/.exec(source)?.[0].length ?? 0;
}

function escapeLength(source: string, at: number): number {
  const digits = { x: 2, u: 4, U: 8 }[source[at + 1]] ?? 0;
  return 2 + digits;
}
