/*
 * Git's lock protocol, made to survive a kill.
 *
 * Git locks `<file>` by creating `<file>.lock`, which fails when it exists; so
 * do we, and a real `git push` and we keep each other out. A process killed
 * between creating and removing it would lock the branch for ever. Hence our
 * lock is a hard link to a small file that says which process we are (one link,
 * no write, and never a moment without an owner). Whoever finds a lock whose
 * owner is dead removes it:
 *
 *   - The finder first claims the dead owner: it renames the owner's file to a
 *     name that carries the finder. One rename wins, so one process clears.
 *   - It then removes all locks of that owner. Nobody else does, the owner is
 *     dead, so what it read is what it removes.
 *   - A finder killed in the middle is a dead owner of its claim; the next one
 *     claims the claim.
 *
 * A lock of another container cannot be asked for its owner: it counts as dead
 * after a minute, since we hold locks for milliseconds. A lock of git itself is
 * waited for, then reported.
 */
import { randomBytes } from 'node:crypto';
import { linkSync, rmSync } from 'node:fs';
import {
  link,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogOnlyError } from '../shownFailure';
import { errorCode } from './durableFile';
import { fileTime } from './fileTime';
import { KeyedQueue } from './keyedQueue';
import { ownIdentity, stateOf, type ProcessIdentity } from './processIdentity';

/** A call at this host ends before the claim of who calls does; see `change/claimTime.ts`. */
export const LOCK_WAIT_MS = 4_000;

/** Somebody else, who lives or cannot be asked, did not let go of it. */
export class LockHeldError extends LogOnlyError {}

interface Owner extends ProcessIdentity {
  id: string;
}

/** The locks that this process takes in one repository. */
export class LockFiles {
  private readonly queue = new KeyedQueue();
  private readonly ownersFolder: string;
  private ownFile: Promise<string> | undefined;

  constructor(
    private readonly gitDirectory: string,
    private readonly patience: {
      /** How long a lock is waited for. */
      waitMs: number;
      /** Age of a lock whose owner cannot be asked, after which it counts as dead. */
      strangerMs: number;
    } = { waitMs: LOCK_WAIT_MS, strangerMs: 60_000 },
  ) {
    this.ownersFolder = path.join(gitDirectory, 'gitops-events', 'owners');
  }

  /**
   * Runs `work` while holding `<file>.lock`; `file` is relative to the repository.
   *
   * @throws LockHeldError that names the lock when somebody else does not let go of it.
   */
  hold<T>(file: string, work: () => Promise<T>): Promise<T> {
    return this.queue.run(file, async () => {
      const lock = path.join(this.gitDirectory, `${file}.lock`);
      await this.acquire(lock);
      try {
        return await work();
      } finally {
        rmSync(lock, { force: true });
      }
    });
  }

  /** Forgets this process; call it when nothing is held any more. */
  async close(): Promise<void> {
    const file = await this.ownFile;
    this.ownFile = undefined;
    if (file) await rm(file, { force: true });
  }

  /** Clears what dead processes left behind; for the start. */
  async clearDeadOwners(): Promise<void> {
    await mkdir(this.ownersFolder, { recursive: true });
    for (const name of await readdir(this.ownersFolder)) {
      const [id] = name.split('.');
      if (!(await this.isDeadOwner(id))) continue;
      await this.clearLocksOf(id).catch(error => {
        if (!isRace(error)) throw error;
      });
    }
  }

  private async acquire(lock: string): Promise<void> {
    const deadline = performance.now() + this.patience.waitMs;
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 50)) {
      if (await this.tryLink(lock)) return;
      if (await this.clearWhenDead(lock)) continue;
      if (performance.now() > deadline) {
        throw new LockHeldError(
          `${lock} is held by another program. If no git process is at work there, remove that file.`,
        );
      }
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }

  /** False when somebody holds it. */
  private async tryLink(lock: string): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      this.ownFile ??= this.introduce();
      try {
        linkSync(await this.ownFile, lock);
        return true;
      } catch (error) {
        if (errorCode(error) === 'EEXIST') return false;
        if (errorCode(error) !== 'ENOENT' || attempt === 5) throw error;
        // Either git removed the empty folder of the ref, or somebody took us for dead.
        this.ownFile = undefined;
        await mkdir(path.dirname(lock), { recursive: true });
      }
    }
  }

  private async introduce(): Promise<string> {
    await mkdir(this.ownersFolder, { recursive: true });
    const { pid, start, place } = ownIdentity();
    const id = randomBytes(9).toString('hex');
    const file = path.join(this.ownersFolder, id);
    await writeFile(file, `gitops-events ${id} ${pid} ${start} ${place}\n`, {
      flag: 'wx',
    });
    return file;
  }

  /** True when the lock may be free now. */
  private async clearWhenDead(lock: string): Promise<boolean> {
    try {
      const owner = parseOwner(await readFile(lock, 'latin1'));
      if (!owner) return false;
      const { ctimeMs } = await stat(lock);
      if (!(await this.isDead(owner, ctimeMs))) return false;
      return await this.clearLocksOf(owner.id, lock);
    } catch (error) {
      if (isRace(error)) return true;
      throw error;
    }
  }

  private clearLocksOf(id: string, lock?: string): Promise<boolean> {
    return this.queue.run(`owner ${id}`, async () => {
      const claim = await this.claim(id, lock);
      if (!claim) return false;
      for (const theirs of await this.locksOf(id)) {
        await rm(theirs, { force: true });
      }
      await rm(claim, { force: true });
      return true;
    });
  }

  /**
   * The right to clear after a dead owner, or undefined when a living process
   * has it. Claims are files named `<dead owner>.<claimant>`.
   */
  private async claim(id: string, lock?: string): Promise<string | undefined> {
    const own = path.basename(await (this.ownFile ??= this.introduce()));
    const claim = path.join(this.ownersFolder, `${id}.${own}`);
    const names = await readdir(this.ownersFolder);
    let present = names.find(name => name.split('.')[0] === id);
    if (!present) {
      // Removed by hand, or cleared a moment ago; in the first case the lock, being a link to it, brings it back.
      if (!lock) return undefined;
      await link(lock, path.join(this.ownersFolder, id));
      present = id;
    }
    const claimant = present.split('.')[1];
    if (claimant === own) return claim;
    if (claimant !== undefined && !(await this.isDeadOwner(claimant))) {
      return undefined;
    }
    await rename(path.join(this.ownersFolder, present), claim);
    return claim;
  }

  private async isDeadOwner(id: string): Promise<boolean> {
    try {
      const file = path.join(this.ownersFolder, id);
      const owner = parseOwner(await readFile(file, 'latin1'));
      const { ctimeMs } = await stat(file);
      return !owner || (await this.isDead(owner, ctimeMs));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return true;
      throw error;
    }
  }

  private async isDead(
    owner: ProcessIdentity,
    changedAtMs: number,
  ): Promise<boolean> {
    const state = stateOf(owner);
    if (state !== 'unknown') return state === 'dead';
    // Not among the owners, where others would take the file for one.
    const beside = path.dirname(this.ownersFolder);
    await mkdir(beside, { recursive: true });
    return (await fileTime(beside)) - changedAtMs > this.patience.strangerMs;
  }

  private async locksOf(id: string): Promise<string[]> {
    const candidates = [
      ...(await locksIn(this.gitDirectory, false)),
      ...(await locksIn(path.join(this.gitDirectory, 'gitops-events'), false)),
      ...(await locksIn(path.join(this.gitDirectory, 'refs'), true)),
    ];
    const theirs: string[] = [];
    for (const lock of candidates) {
      const text = await readFile(lock, 'latin1').catch(() => '');
      if (parseOwner(text)?.id === id) theirs.push(lock);
    }
    return theirs;
  }
}

/** Another finder was faster. */
function isRace(error: unknown): boolean {
  return ['ENOENT', 'EEXIST'].includes(errorCode(error) ?? '');
}

async function locksIn(folder: string, deep: boolean): Promise<string[]> {
  const entries = await readdir(folder, {
    recursive: deep,
    withFileTypes: true,
  }).catch(error => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith('.lock'))
    .map(entry => path.join(entry.parentPath, entry.name));
}

function parseOwner(text: string): Owner | undefined {
  const match = /^gitops-events ([0-9a-f]+) (\d+) (\S+) (\S+)\n$/.exec(text);
  if (!match) return undefined;
  const [, id, pid, start, place] = match;
  return { id, pid: Number(pid), start, place };
}
