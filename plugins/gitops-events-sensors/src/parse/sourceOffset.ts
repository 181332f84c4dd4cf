/**
 * Where the character at `offset` of a scalar's value stands in its source.
 *
 * YAML adds and folds white space as it likes (indentation, line breaks), and
 * keeps everything else in its order. So the n-th character of the value that
 * is not white space is the n-th of the source, where an escape counts as what
 * it stands for. White space itself is found at what comes next.
 */
export function sourceOffset(
  source: string,
  value: string,
  offset: number,
): number {
  const wanted = countSolid(value.slice(0, offset));
  const units = unitsOf(source);
  units.lastIndex = contentStart(source);
  let seen = 0;
  for (let unit = units.exec(source); unit; unit = units.exec(source)) {
    seen += countSolid(meaningOf(unit[0]));
    if (seen > wanted) return unit.index;
  }
  return source.length;
}

/** Pieces of a source that stand for one character each. */
function unitsOf(source: string): RegExp {
  if (source.startsWith("'")) return /''|[^]/g;
  return source.startsWith('"')
    ? /\\(?:x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8}|\r\n|[^])|[^]/gi
    : /[^]/g;
}

/** Behind the quote, or behind the line with the `|` or `>` of a block. */
function contentStart(source: string): number {
  if (/^["']/.test(source)) return 1;
  return /^[|>][^\n]*\n/.exec(source)?.[0].length ?? 0;
}

function countSolid(text: string): number {
  return text.replace(/\s/g, '').length;
}

/** What a piece stands for, as far as it matters whether that is white space. */
function meaningOf(unit: string): string {
  if (unit.length === 1) return unit;
  if (/^\\[xuU]/.test(unit)) {
    return String.fromCodePoint(parseInt(unit.slice(2), 16));
  }
  return /^\\[\sntrvf_LP]/.test(unit) ? ' ' : 'x';
}
