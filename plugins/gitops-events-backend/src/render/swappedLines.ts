/**
 * How an edit is spelled: the whole lines it took out and those it put there, with
 * the line above and the one below. So what was there comes back byte by byte, with
 * its quotes and comments, wherever in the file it stands by then.
 */
export interface SwappedLines {
  was: string;
  is: string;
  /** Absent: it is the first line. */
  above?: string;
  /** Absent: it is the last line. */
  below?: string;
}

/** More is not kept, so that a thousand runs of one change stay small. Characters. */
const MAX_LENGTH = 16_384;
/** Where equal lines stand many times, no more places are tried. */
const MAX_PLACES = 20;

/** The lines in which two texts differ, from the first to the last; undefined where that is too much to keep. */
export function swappedLines(
  before: string,
  after: string,
): SwappedLines | undefined {
  const old = linesOf(before);
  const now = linesOf(after);
  const most = Math.min(old.length, now.length);
  let top = 0;
  while (top < most && old[top] === now[top]) top += 1;
  let end = 0;
  while (end < most - top && old.at(-1 - end) === now.at(-1 - end)) end += 1;

  const swapped: SwappedLines = {
    was: old.slice(top, old.length - end).join(''),
    is: now.slice(top, now.length - end).join(''),
    ...(top > 0 && { above: old[top - 1] }),
    ...(end > 0 && { below: old[old.length - end] }),
  };
  const length = Object.values(swapped).reduce(
    (sum, { length: n }) => sum + n,
    0,
  );
  return length > MAX_LENGTH ? undefined : swapped;
}

/**
 * The texts with these lines swapped back at one place, likeliest first: where
 * more of the lines around are the same. Whether one of them says what it should
 * is for the caller to find out.
 */
export function* swapsBack(
  text: string,
  { was, is, above, below }: SwappedLines,
): Generator<string> {
  const lines = linesOf(text);
  const wanted = linesOf(is);
  const places: Array<{ at: number; fits: number }> = [];
  for (let at = 0; at + wanted.length <= lines.length; at += 1) {
    if (!wanted.every((line, n) => lines[at + n] === line)) continue;
    const fits =
      Number(lines[at - 1] === above) +
      Number(lines[at + wanted.length] === below);
    if (fits > 0 || wanted.length > 0) places.push({ at, fits });
  }
  places.sort((a, b) => b.fits - a.fits || a.at - b.at);
  for (const { at } of places.slice(0, MAX_PLACES)) {
    const head = lines.slice(0, at);
    yield [...head, was, ...lines.slice(at + wanted.length)].join('');
  }
}

/** Each with its line end. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
