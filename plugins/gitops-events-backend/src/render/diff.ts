import { createHash } from 'node:crypto';
import { structuredPatch } from 'diff';
import type { FileDiff } from '@gitops-events/plugin-gitops-events-common';
import { hunksInPlace } from './hunksInPlace';
import { decodeText } from './text';

/** A file as it is on one side of a change. */
export interface DiffSide {
  mode: string;
  content: Uint8Array;
}

export interface FilePair {
  path: string;
  /** Absent: the file is added. */
  before?: DiffSide;
  /** Absent: the file is deleted. */
  after?: DiffSide;
}

const contextLines = 3;
/** Two texts with nothing in common cost the square of their length; beyond this many edits the whole is replaced. */
const maxEdits = 1_000;

/**
 * The files that differ, by path. Patches are hunks as `git diff` writes them and
 * `git apply` reads them; what is not UTF-8 text, or holds NUL, is binary.
 */
export function diffFiles(pairs: FilePair[]): FileDiff[] {
  return pairs
    .filter(pair => !sameSide(pair.before, pair.after))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(diffFile);
}

/**
 * Names what a change does, for verdicts and approvals: of each file the path,
 * kind and mode, the lines taken away, added and around them, and their place in
 * it, but not their line numbers. So it stays the same when base moves elsewhere
 * in these files.
 *
 * @param diffs - what `diffFiles` says to these pairs, where it was asked already
 */
export function diffHash(
  pairs: FilePair[],
  diffs: FileDiff[] = diffFiles(pairs),
): string {
  const hash = createHash('sha256');
  const byPath = new Map(pairs.map(pair => [pair.path, pair]));
  for (const diff of diffs) {
    const pair = byPath.get(diff.path)!;
    const content = diff.binary
      ? [pair.before, pair.after].map(digest)
      : hunksInPlace(diff.patch, textOf(pair.before));
    const modes = [pair.before?.mode, pair.after?.mode];
    hash.update(JSON.stringify([diff.path, diff.kind, modes, content]));
  }
  return hash.digest('hex');
}

function diffFile({ path, before, after }: FilePair): FileDiff {
  const kind = kindOf(before, after);
  const [old, now] = [before, after].map(side =>
    side ? decodeText(side.content) : '',
  );
  if (old === undefined || now === undefined) {
    return { path, kind, additions: 0, deletions: 0, binary: true, patch: '' };
  }
  const lines = hunks(old, now);
  return {
    path,
    kind,
    additions: lines.filter(line => line.startsWith('+')).length,
    deletions: lines.filter(line => line.startsWith('-')).length,
    binary: false,
    patch: lines.map(line => `${line}\n`).join(''),
  };
}

function hunks(old: string, now: string): string[] {
  const patch =
    structuredPatch('', '', old, now, '', '', {
      context: contextLines,
      maxEditLength: maxEdits,
    }) ?? replaceAll(old, now);
  return patch.hunks.flatMap(hunk => [
    `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`,
    ...hunk.lines,
  ]);
}

function range(start: number, lines: number): string {
  return lines === 1 ? `${start}` : `${start},${lines}`;
}

/** The patch that takes every old line away and adds every new one. */
function replaceAll(old: string, now: string) {
  const take = structuredPatch('', '', old, '', '', '', { context: 0 }).hunks;
  const give = structuredPatch('', '', '', now, '', '', { context: 0 }).hunks;
  return {
    hunks: [
      {
        oldStart: 1,
        oldLines: take[0].oldLines,
        newStart: 1,
        newLines: give[0].newLines,
        lines: [...take[0].lines, ...give[0].lines],
      },
    ],
  };
}

function textOf(side: DiffSide | undefined): string {
  return (side && decodeText(side.content)) ?? '';
}

function kindOf(before?: DiffSide, after?: DiffSide): FileDiff['kind'] {
  if (!before) return 'added';
  return after ? 'modified' : 'deleted';
}

function sameSide(before?: DiffSide, after?: DiffSide): boolean {
  if (!before || !after) return before === after;
  return (
    before.mode === after.mode &&
    Buffer.compare(before.content, after.content) === 0
  );
}

function digest(side: DiffSide | undefined): string | undefined {
  return side && createHash('sha256').update(side.content).digest('hex');
}
