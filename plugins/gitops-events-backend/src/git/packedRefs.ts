import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { syncDirectory, temporaryName, writeSynced } from './durableFile';
import type { LockFiles } from './lockFiles';
import { stagingFolder } from './stagingFolder';

/** The file `packed-refs`, where `git gc` collects refs; a loose ref of the same name wins over it. */
export class PackedRefs {
  private cached = { stamp: '', refs: new Map<string, string>() };

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
