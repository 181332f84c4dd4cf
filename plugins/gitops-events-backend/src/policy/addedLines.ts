/** Line numbers, in the file after the change, of the lines that a patch adds. */
export function addedLines(patch: string): Set<number> {
  const added = new Set<number>();
  let line = 0;
  for (const text of patch.split('\n')) {
    const hunk = /^@@ -\S+ \+(\d+)/.exec(text);
    if (hunk) {
      line = Number(hunk[1]);
    } else if (text.startsWith('+')) {
      added.add(line);
      line += 1;
    } else if (text.startsWith(' ')) {
      line += 1;
    }
  }
  return added;
}
