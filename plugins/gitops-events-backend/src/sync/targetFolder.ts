/*
 * A folder that follows a commit. A reader never sees half a file: each is
 * written beside and renamed. What we wrote is listed in
 * `.gitops-events/files.json`, before it is written, so that after a crash we
 * still know which files are ours; any other file is left alone. Symbolic links
 * that somebody put in the way are never followed. Replicas may share the folder:
 * one at a time writes to it.
 */
import {
  chmod,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  rmdir,
  unlink,
} from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import {
  errorCode,
  replaceDurably,
  syncDirectory,
  temporaryName,
  writeSynced,
} from '../git/durableFile';
import { presentTime } from '../presentTime';
import { LogOnlyError } from '../shownFailure';
import { inParallel } from '../git/inParallel';
import { LockFiles } from '../git/lockFiles';
import {
  digestOf,
  revisionFile,
  stateFolder,
  type WantedFile,
} from './wantedFiles';

type Files = ReadonlyMap<string, WantedFile>;

/** It is looked again every two seconds. Of another container nobody can tell whether it lives: it has so long to apply. */
const LOCK_PATIENCE = { waitMs: 3_000, strangerMs: 60_000 };

const listSchema = z.array(z.string());
const revisionSchema = z.object({ revision: z.string() });

export class TargetFolder {
  /** File system stamps of files whose content was compared, to read each only once. */
  private readonly compared = new Map<string, string>();

  private readonly locks: LockFiles;
  private isClear = false;

  constructor(private readonly folder: string) {
    this.locks = new LockFiles(this.at(stateFolder), LOCK_PATIENCE);
  }

  /**
   * Runs `work` while no other process applies something here. Nobody may list
   * as ours what another one has just written, nor remove what it staged.
   *
   * @throws LockHeldError when somebody keeps it for long
   */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    await mkdir(this.folder, { recursive: true });
    await this.makeFolder(stateFolder);
    if (!this.isClear) await this.locks.clearDeadOwners();
    this.isClear = true;
    return this.locks.hold('apply', work);
  }

  /** Call it when nothing is under way any more. */
  async close(): Promise<void> {
    await this.locks.close();
  }

  /** The commit that was applied last, completely. */
  async revision(): Promise<string | undefined> {
    return (await readJson(this.at(revisionFile), revisionSchema))?.revision;
  }

  /** Brings the folder to the commit, for who is {@link TargetFolder.alone}. Returns what it had to leave as it is, as sentences. */
  async apply(revision: string, files: Files): Promise<string[]> {
    const staged = `${stateFolder}/staged`;
    await rm(this.at(staged), { recursive: true, force: true });
    await mkdir(this.at(staged));

    const ours = new Set(await this.written());
    const gone = [...ours].filter(name => !files.has(name));
    const differing = await this.differing(files);
    await this.remove(gone.filter(name => standsInTheWay(name, differing)));
    const blocked = await this.blockedAmong(differing, ours);
    const changes = differing.filter(name => !blocked.has(name));

    await this.list([...ours, ...changes]);
    await inParallel(changes, async name => {
      await this.write(name, files.get(name)!, staged);
    });
    const folders = new Set(changes.map(name => path.dirname(name)));
    await inParallel([...folders], name => syncDirectory(this.at(name)));
    await this.remove(gone);
    await this.list([...files.keys()].filter(name => !blocked.has(name)));
    if (blocked.size === 0) {
      const appliedAt = new Date(presentTime()).toISOString();
      const text = `${JSON.stringify({ revision, appliedAt })}\n`;
      await replaceDurably(this.at(revisionFile), text);
    }
    return [...blocked].map(
      name => `${name} was put there by somebody else; move it away`,
    );
  }

  /** How the folder differs from the files, as sentences; empty when it does not. */
  async differences(files: Files): Promise<string[]> {
    const differing = await this.differing(files);
    const left: string[] = [];
    for (const name of await this.written()) {
      if (!files.has(name) && (await this.stamp(name))) left.push(name);
    }
    return [
      ...differing.map(name => `${name} is not as in the commit`),
      ...left.map(name => `${name} is not in the commit any more`),
    ];
  }

  private async differing(files: Files): Promise<string[]> {
    const names: string[] = [];
    for (const [name, wanted] of files) {
      if (!(await this.isAsWanted(name, wanted))) names.push(name);
    }
    return names;
  }

  private async isAsWanted(name: string, wanted: WantedFile): Promise<boolean> {
    const stamp = await this.stamp(name);
    if (!stamp?.isFile || stamp.executable !== wanted.executable) return false;
    const seen = `${wanted.digest} ${stamp.text}`;
    if (this.compared.get(name) === seen) return true;
    const same = digestOf(await readFile(this.at(name))) === wanted.digest;
    if (same) this.compared.set(name, seen);
    else this.compared.delete(name);
    return same;
  }

  /** Undefined when nothing is there, or only by way of a symbolic link. */
  private async stamp(name: string) {
    try {
      for (const parent of parentsOf(name)) {
        if (!(await lstat(this.at(parent))).isDirectory()) return undefined;
      }
      const found = await lstat(this.at(name), { bigint: true });
      const { ino, size, mtimeNs, ctimeNs, mode } = found;
      const executable = (mode & 0o100n) !== 0n;
      const text = [ino, size, mtimeNs, ctimeNs].join(' ');
      return {
        isFile: found.isFile(),
        isFolder: found.isDirectory(),
        executable,
        text,
      };
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) {
        return undefined;
      }
      throw error;
    }
  }

  /** Names where somebody else put a file, or a folder. */
  private async blockedAmong(
    names: string[],
    ours: ReadonlySet<string>,
  ): Promise<Set<string>> {
    const blocked = new Set<string>();
    for (const name of names) {
      const stamp = await this.stamp(name);
      if (stamp && (!ours.has(name) || stamp.isFolder)) blocked.add(name);
    }
    return blocked;
  }

  private async write(
    name: string,
    { content, executable }: WantedFile,
    staged: string,
  ): Promise<void> {
    for (const parent of parentsOf(name)) await this.makeFolder(parent);
    const temporary = this.at(`${staged}/${temporaryName('file')}`);
    await writeSynced(temporary, content);
    await chmod(temporary, executable ? 0o755 : 0o644);
    await rename(temporary, this.at(name));
  }

  /** A real folder, not a link to one. */
  private async makeFolder(name: string): Promise<void> {
    try {
      await mkdir(this.at(name));
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      if ((await lstat(this.at(name))).isDirectory()) return;
      throw new Error(
        `"${name}" is not a folder, or a link to one; move it away`,
      );
    }
  }

  private async remove(names: string[]): Promise<void> {
    for (const name of names) {
      const stamp = await this.stamp(name);
      if (!stamp || stamp.isFolder) continue;
      await unlink(this.at(name));
      for (const parent of parentsOf(name).reverse()) {
        const removed = await rmdir(this.at(parent)).then(
          () => true,
          () => false,
        );
        if (!removed) break;
      }
    }
  }

  private async written(): Promise<string[]> {
    return (
      (await readJson(this.at(`${stateFolder}/files.json`), listSchema)) ?? []
    );
  }

  private async list(names: string[]): Promise<void> {
    const text = `${JSON.stringify([...new Set(names)].sort(), undefined, 1)}\n`;
    await replaceDurably(this.at(`${stateFolder}/files.json`), text);
  }

  private at(name: string): string {
    return path.join(this.folder, name);
  }
}

/** `a`, `a/b` for `a/b/c`. */
function parentsOf(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** A file where a folder is wanted, or below a name that becomes a file. */
function standsInTheWay(name: string, wanted: string[]): boolean {
  return wanted.some(
    other => other.startsWith(`${name}/`) || name.startsWith(`${other}/`),
  );
}

async function readJson<T>(
  file: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new LogOnlyError(`${file} is damaged; remove it: ${error}`);
  }
}
