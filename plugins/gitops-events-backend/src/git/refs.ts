import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
} from 'node:fs';
import path from 'node:path';
import { InputError } from '@backstage/errors';
import {
  errorCode,
  syncDirectory,
  temporaryName,
  writeSynced,
} from './durableFile';
import type { LockFiles } from './lockFiles';
import { isObjectId } from '@gitops-events/plugin-gitops-events-node/git';
import { PackedRefs } from './packedRefs';
import { stagingFolder } from './stagingFolder';

/** A new value of a ref, on disk already, without a name yet. */
export interface StagedValue {
  commit: string;
  file: string;
}

export type SwapOutcome =
  { swapped: true } | { swapped: false; current: string | undefined };

/**
 * Refs of one repository, changed by compare-and-swap under git's own lock
 * (`<ref>.lock`, see lockFiles.ts), durable when the call returns. The value is
 * written beside and renamed over the ref, never into the lock, so that a lock
 * left behind always tells its owner.
 */
export class Refs {
  private readonly packed: PackedRefs;

  constructor(
    private readonly gitDirectory: string,
    private readonly locks: LockFiles,
  ) {
    this.packed = new PackedRefs(gitDirectory, locks);
  }

  /** Value of a full ref name that was checked; undefined when there is none. */
  read(ref: string): string | undefined {
    // Loose first: git writes packed-refs before it removes the loose file.
    return this.readLoose(ref) ?? this.packed.read().get(ref);
  }

  /** Writes the value to disk before the lock is needed, beside other writes. */
  async stage(commit: string): Promise<StagedValue> {
    const file = path.join(
      stagingFolder(this.gitDirectory),
      temporaryName('ref'),
    );
    await writeSynced(file, `${commit}\n`);
    return { commit, file };
  }

  discard(staged: StagedValue): void {
    rmSync(staged.file, { force: true });
  }

  /** Moves `ref` from `expected` (undefined: it must not exist) to the staged value. */
  async swap(
    ref: string,
    expected: string | undefined,
    staged: StagedValue,
  ): Promise<SwapOutcome> {
    return this.locks.hold(ref, async () => {
      const current = this.read(ref);
      if (current !== expected) return { swapped: false, current };
      if (current === undefined && this.packed.nests(ref)) throw nested(ref);
      this.moveIntoPlace(staged.file, ref);
      await this.sync(ref);
      return { swapped: true };
    });
  }

  /** Points `ref` at `commit` wherever it was; for refs that only we move, under a lock of the caller. */
  async set(ref: string, commit: string): Promise<void> {
    const current = this.read(ref);
    if (current === commit) {
      await this.sync(ref);
      return;
    }
    const staged = await this.stage(commit);
    try {
      const outcome = await this.swap(ref, current, staged);
      if (!outcome.swapped) throw new Error(`${ref} moved meanwhile`);
    } finally {
      this.discard(staged);
    }
  }

  /** Removes `ref` if it is still at `expected`. */
  async remove(ref: string, expected: string): Promise<SwapOutcome> {
    return this.locks.hold(ref, async () => {
      const current = this.read(ref);
      if (current !== expected) return { swapped: false, current };
      // Packed first: the other way round the old packed value would show for a moment.
      await this.packed.remove(ref);
      rmSync(path.join(this.gitDirectory, ref), { force: true });
      await syncDirectory(path.dirname(path.join(this.gitDirectory, ref)));
      return { swapped: true };
    });
  }

  /** Makes durable what is there, for a value whose writer may have been killed before it could. */
  async sync(ref: string): Promise<void> {
    const folders = ['refs'];
    for (const part of path.dirname(ref).split('/').slice(1)) {
      folders.push(`${folders.at(-1)}/${part}`);
    }
    await Promise.all(
      folders.map(folder =>
        syncDirectory(path.join(this.gitDirectory, folder)),
      ),
    );
  }

  private readLoose(ref: string): string | undefined {
    let text: string;
    try {
      text = readFileSync(path.join(this.gitDirectory, ref), 'latin1');
    } catch (error) {
      if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes(errorCode(error) ?? '')) {
        return undefined;
      }
      throw error;
    }
    const value = text.trim();
    if (isObjectId(value)) return value;
    throw new InputError(
      value.startsWith('ref:')
        ? `${ref} is a symbolic ref; name the branch it points to`
        : `${path.join(this.gitDirectory, ref)} is damaged; run git fsck`,
    );
  }

  private moveIntoPlace(file: string, ref: string): void {
    const target = path.join(this.gitDirectory, ref);
    for (let attempt = 0; ; attempt++) {
      try {
        renameSync(file, target);
        return;
      } catch (error) {
        const code = errorCode(error) ?? '';
        if (attempt === 3) throw error;
        if (code === 'ENOENT') {
          mkdirSync(path.dirname(target), { recursive: true });
        } else if (['EISDIR', 'ENOTEMPTY', 'EEXIST'].includes(code)) {
          if (!removeEmptyFolders(target)) throw nested(ref);
        } else {
          throw error;
        }
      }
    }
  }
}

/** Git leaves empty folders behind when branches below them are gone. */
function removeEmptyFolders(folder: string): boolean {
  try {
    for (const name of readdirSync(folder)) {
      if (!removeEmptyFolders(path.join(folder, name))) return false;
    }
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

function nested(ref: string): InputError {
  const branch = JSON.stringify(ref.replace(/^refs\/heads\//, ''));
  return new InputError(
    `There is a branch whose name continues ${branch}, or one that it continues; choose another name`,
  );
}
