import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { syncDirectory, temporaryName, writeSynced } from './durableFile';
import type { LockFiles } from './lockFiles';
import { stagingFolder } from './stagingFolder';

/** The file `packed-refs`, where `git gc` collects refs; a loose ref of the same name wins over it. */
export class PackedRefs {
  private cached: {
    stamp: string;
    refs: Map<string, string>;
    names?: string[];
  } = { stamp: '', refs: new Map() };

  constructor(
    private readonly gitDirectory: string,
    private readonly locks: LockFiles,
  ) {}

  read(): ReadonlyMap<string, string> {
    const file = path.join(this.gitDirectory, 'packed-refs');
    const found = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (!found) return new Map();
    const { ino, size, mtimeNs, ctimeNs } = found;
    const stamp = [ino, size, mtimeNs, ctimeNs].join(' ');
    if (stamp !== this.cached.stamp) {
      this.cached = { stamp, refs: parse(readFileSync(file, 'utf8')) };
    }
    return this.cached.refs;
  }

  /** Whether a ref has this one's name as a folder, or the other way round. Looks, not at all of them. */
  nests(ref: string): boolean {
    const refs = this.read();
    const parts = ref.split('/');
    const isBelow = parts.some((_, n) => refs.has(parts.slice(0, n).join('/')));
    if (isBelow || refs.size === 0) return isBelow;
    this.cached.names ??= [...refs.keys()].sort();
    const { names } = this.cached;
    const folder = `${ref}/`;
    let [from, to] = [0, names.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (names[middle] < folder) from = middle + 1;
      else to = middle;
    }
    return names[from]?.startsWith(folder) ?? false;
  }

  /** Call it while holding the lock of the ref, as git does. */
  async remove(ref: string): Promise<void> {
    if (!this.read().has(ref)) return;
    await this.locks.hold('packed-refs', async () => {
      const file = path.join(this.gitDirectory, 'packed-refs');
      const text = withoutRef(readFileSync(file, 'utf8'), ref);
      const temporary = path.join(
        stagingFolder(this.gitDirectory),
        temporaryName('packed-refs'),
      );
      try {
        await writeSynced(temporary, text);
        renameSync(temporary, file);
      } finally {
        rmSync(temporary, { force: true });
      }
      await syncDirectory(this.gitDirectory);
    });
  }
}

const line = /^([0-9a-f]{40}) (.+)$/;

function parse(text: string): Map<string, string> {
  const refs = new Map<string, string>();
  for (const row of text.split('\n')) {
    const match = line.exec(row);
    if (match) refs.set(match[2], match[1]);
  }
  return refs;
}

/** A row that starts with `^` tells what the tag in the row before points to: it goes with it. */
function withoutRef(text: string, ref: string): string {
  let dropping = false;
  return text
    .split('\n')
    .filter(row => {
      dropping = row.startsWith('^') ? dropping : line.exec(row)?.[2] === ref;
      return !dropping;
    })
    .join('\n');
}
