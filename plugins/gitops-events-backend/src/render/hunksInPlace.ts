import { createHash } from 'node:crypto';

interface Hunk {
  /** Of its first old line; the first line is 0. */
  start: number;
  lines: string[];
}

/**
 * What the hunks of a patch do and where, without line numbers: the lines
 * themselves, and the less indented ones above them, which say in YAML, JSON and
 * the like whose they are. Where the same lines stand at several such places,
 * only the whole file tells those apart.
 *
 * @param before - the text that the patch changes
 */
export function hunksInPlace(patch: string, before: string): unknown[] {
  const lines = before.split('\n');
  let digest: string | undefined;
  return hunksOf(patch).map(hunk => {
    const { start } = hunk;
    const old = oldLines(hunk);
    const above = linesAbove(lines, start);
    const twin = placesOf(old, lines).some(
      place => place !== start && same(linesAbove(lines, place), above),
    );
    if (twin) digest ??= createHash('sha256').update(before).digest('hex');
    return [above, hunk.lines, twin ? [start, digest] : []];
  });
}

const head = /^@@ -(\d+)(?:,(\d+))? \+\S+ @@$/;

function hunksOf(patch: string): Hunk[] {
  const hunks: Hunk[] = [];
  for (const line of patch.split('\n')) {
    const [, first, count = '1'] = head.exec(line) ?? [];
    // Of no lines it names the one before them.
    if (first === undefined) hunks[hunks.length - 1]?.lines.push(line);
    else {
      hunks.push({ start: Number(first) - (count === '0' ? 0 : 1), lines: [] });
    }
  }
  return hunks;
}

function oldLines({ lines }: Hunk): string[] {
  return lines
    .filter(line => line.startsWith(' ') || line.startsWith('-'))
    .map(line => line.slice(1));
}

/** Where these lines stand in a text. */
function placesOf(wanted: string[], lines: string[]): number[] {
  if (wanted.length === 0) return [];
  const places: number[] = [];
  for (
    let at = lines.indexOf(wanted[0]);
    at !== -1;
    at = lines.indexOf(wanted[0], at + 1)
  ) {
    if (wanted.every((line, offset) => lines[at + offset] === line)) {
      places.push(at);
    }
  }
  return places;
}

/** Going up from a line, each that is less indented than all below it. */
function linesAbove(lines: string[], start: number): string[] {
  const above: string[] = [];
  let least = Infinity;
  for (let at = start; at < lines.length && least === Infinity; at += 1) {
    least = indentOf(lines[at]);
  }
  for (let at = start - 1; at >= 0 && least > 0; at -= 1) {
    const indent = indentOf(lines[at]);
    if (indent >= least) continue;
    least = indent;
    above.push(lines[at]);
  }
  return above;
}

/** Nothing is more indented than an empty line, which belongs to what is around it. */
function indentOf(line: string): number {
  const at = line.search(/\S/);
  return at === -1 ? Infinity : at;
}

function same(one: string[], other: string[]): boolean {
  return (
    one.length === other.length && one.every((line, at) => line === other[at])
  );
}
