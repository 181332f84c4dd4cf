/** A line of a unified diff with its numbers on both sides. */
export interface DiffLine {
  kind: 'added' | 'deleted' | 'same' | 'hunk' | 'note';
  text: string;
  before?: number;
  after?: number;
}

const hunkHead = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Reads unified diff hunks. Lines before the first hunk are file headers and are left out. */
export function parsePatch(patch: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let before = 0;
  let after = 0;
  let inHunk = false;
  for (const line of patch.replace(/\n$/, '').split('\n')) {
    const head = hunkHead.exec(line);
    if (head) {
      inHunk = true;
      before = Number(head[1]);
      after = Number(head[2]);
      lines.push({ kind: 'hunk', text: line });
    } else if (inHunk) {
      const text = line.slice(1);
      if (line.startsWith('+')) {
        lines.push({ kind: 'added', text, after });
        after += 1;
      } else if (line.startsWith('-')) {
        lines.push({ kind: 'deleted', text, before });
        before += 1;
      } else if (line.startsWith('\\')) {
        lines.push({ kind: 'note', text: text.trim() });
      } else {
        lines.push({ kind: 'same', text, before, after });
        before += 1;
        after += 1;
      }
    }
  }
  return lines;
}
