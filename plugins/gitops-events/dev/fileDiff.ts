import type { FileDiff } from '@gitops-events/plugin-gitops-events-common';

const linesOf = (text?: string) => text?.replace(/\n$/, '').split('\n') ?? [];

/** A diff of an example file: new, or with single lines replaced. Enough for examples; the backend has a real one. */
export function exampleDiff(file: {
  path: string;
  before?: string;
  after?: string;
}): FileDiff {
  const before = linesOf(file.before);
  const after = linesOf(file.after);
  const kind = kindOf(file);
  const body: string[] = [];
  let additions = 0;
  let deletions = 0;
  for (
    let index = 0;
    index < Math.max(before.length, after.length);
    index += 1
  ) {
    const old = before[index];
    const now = after[index];
    if (old === now) body.push(` ${now}`);
    else {
      if (old !== undefined) {
        body.push(`-${old}`);
        deletions += 1;
      }
      if (now !== undefined) {
        body.push(`+${now}`);
        additions += 1;
      }
    }
  }
  const from = before.length ? `1,${before.length}` : '0,0';
  const to = after.length ? `1,${after.length}` : '0,0';
  const patch = `@@ -${from} +${to} @@\n${body.join('\n')}\n`;
  return { path: file.path, kind, additions, deletions, binary: false, patch };
}

function kindOf(file: { before?: string; after?: string }): FileDiff['kind'] {
  if (!file.before) return 'added';
  return file.after ? 'modified' : 'deleted';
}
