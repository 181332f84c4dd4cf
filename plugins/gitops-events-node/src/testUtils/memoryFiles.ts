import { createHash } from 'node:crypto';
import type {
  FileWrite,
  RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';

/** Of a commit, by path. */
export type Files = ReadonlyMap<string, RepositoryFile>;

export interface Commit {
  parents: string[];
  message: string;
  files: Files;
}

/** As Git names one: after its content, its message, its time and those before it. */
export function idOf(commit: Commit, time: number): string {
  const hash = createHash('sha1').update(`${commit.message} ${time}`);
  for (const parent of commit.parents) hash.update(parent);
  for (const { path, mode, content } of commit.files.values()) {
    hash.update(`\0${path}\0${mode}\0`).update(content);
  }
  return hash.digest('hex');
}

/** What a commit leaves, sorted by path. */
export function changed(before: Files, writes: FileWrite[]): Files {
  const after = new Map(before);
  for (const { path, mode, content } of writes) {
    if (content) after.set(path, { path, mode, content });
    else after.delete(path);
  }
  return new Map([...after].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Undefined when both sides changed a file differently. */
export function merged(
  ancestor: Files,
  ours: Files,
  theirs: Files,
): Files | undefined {
  const after = new Map(ours);
  for (const path of new Set([...ancestor.keys(), ...theirs.keys()])) {
    const [before, mine, yours] = [ancestor, ours, theirs].map(files =>
      files.get(path),
    );
    if (same(before, yours) || same(mine, yours)) continue;
    if (!same(before, mine)) return undefined;
    if (yours) after.set(path, yours);
    else after.delete(path);
  }
  return after;
}

function same(a?: RepositoryFile, b?: RepositoryFile): boolean {
  if (!a || !b) return a === b;
  return a.mode === b.mode && Buffer.compare(a.content, b.content) === 0;
}
