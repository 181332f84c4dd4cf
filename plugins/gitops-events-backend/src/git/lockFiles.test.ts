import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, stat, writeFile, link } from 'node:fs/promises';
import path from 'node:path';
import { LockFiles } from './lockFiles';
import { ownIdentity } from './processIdentity';
import { temporaryFolder } from './__testUtils__/gitCommand';

const patient = { waitMs: 60_000, strangerMs: 60_000 };

describe('LockFiles', () => {
  let folder: string;
  let locks: LockFiles;
  const lock = () => path.join(folder, 'refs/heads/main.lock');
  const hold = () => locks.hold('refs/heads/main', async () => 'held');
  const owners = () => readdir(path.join(folder, 'gitops-events/owners'));

  beforeEach(async () => {
    folder = await temporaryFolder();
    await mkdir(path.join(folder, 'refs/heads'), { recursive: true });
    locks = new LockFiles(folder, { waitMs: 200, strangerMs: 60_000 });
  });
  afterEach(async () => {
    await locks.close();
    await rm(folder, { recursive: true });
  });

  /** A lock as a process leaves it that was killed. */
  async function leaveLock(identity: {
    id: string;
    pid: number;
    start: string;
    place: string;
  }): Promise<void> {
    const { id, pid, start, place } = identity;
    const owner = path.join(folder, 'gitops-events/owners', id);
    await mkdir(path.dirname(owner), { recursive: true });
    await writeFile(owner, `gitops-events ${id} ${pid} ${start} ${place}\n`);
    await link(owner, lock());
  }

  async function deadProcess() {
    const child = spawn(process.execPath, ['--eval', '']);
    await once(child, 'exit');
    return {
      id: 'dead',
      pid: child.pid!,
      start: '1',
      place: ownIdentity().place,
    };
  }

  it('keeps everybody else out while it is held', async () => {
    const other = new LockFiles(folder, patient);
    let inside = 0;
    let most = 0;
    const enter = async () => {
      most = Math.max(most, ++inside);
      await new Promise(done => setImmediate(done));
      inside -= 1;
    };
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 ? locks : other).hold('refs/heads/main', enter),
      ),
    );
    await other.close();
    expect(most).toBe(1);
    await expect(stat(lock())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('lets go when the work fails', async () => {
    await expect(
      locks.hold('refs/heads/main', () => Promise.reject(new Error('no'))),
    ).rejects.toThrow('no');
    expect(await hold()).toBe('held');
  });

  it('removes the lock of a process that was killed', async () => {
    await leaveLock(await deadProcess());
    expect(await hold()).toBe('held');
    expect(await owners()).toHaveLength(1);
  });

  it('removes it although its owner file is gone', async () => {
    await leaveLock(await deadProcess());
    await rm(path.join(folder, 'gitops-events/owners/dead'));
    expect(await hold()).toBe('held');
  });

  it('takes over from one that was killed while clearing', async () => {
    const dead = await deadProcess();
    await leaveLock(dead);
    const ownersFolder = path.join(folder, 'gitops-events/owners');
    await rm(path.join(ownersFolder, 'dead'));
    await link(lock(), path.join(ownersFolder, 'dead.beef'));
    expect(await hold()).toBe('held');
  });

  it('tells a new process of the same number from the old one', async () => {
    const { pid, place } = ownIdentity();
    await leaveLock({ id: 'dead', pid, start: '1', place });
    expect(await hold()).toBe('held');
  });

  it('lets many find the same dead lock at once', async () => {
    await leaveLock(await deadProcess());
    const others = Array.from(
      { length: 8 },
      () => new LockFiles(folder, patient),
    );
    let inside = 0;
    await Promise.all(
      others.map(other =>
        other.hold('refs/heads/main', async () => {
          inside += 1;
          expect(inside).toBe(1);
          await new Promise(done => setImmediate(done));
          inside -= 1;
        }),
      ),
    );
    await Promise.all(others.map(other => other.close()));
  });

  it('waits for a living owner, then names the lock', async () => {
    await leaveLock({ id: 'abc', ...ownIdentity() });
    await expect(hold()).rejects.toThrow(
      `${lock()} is held by another program`,
    );
    expect((await stat(lock())).isFile()).toBe(true);
  });

  it("leaves git's own lock alone, and names it", async () => {
    await writeFile(lock(), `${'0'.repeat(40)}\n`);
    await expect(hold()).rejects.toThrow('remove that file');
    expect((await stat(lock())).isFile()).toBe(true);
  });

  it('waits for an owner elsewhere that it cannot ask, but not for ever', async () => {
    await leaveLock({ id: 'abc', pid: 1, start: '1', place: 'elsewhere' });
    await expect(hold()).rejects.toThrow('is held by another program');
    const later = new LockFiles(folder, { waitMs: 60_000, strangerMs: 1 });
    expect(await later.hold('refs/heads/main', async () => 'held')).toBe(
      'held',
    );
    await later.close();
  });

  it('forgets dead processes at start', async () => {
    await leaveLock(await deadProcess());
    await locks.clearDeadOwners();
    await expect(stat(lock())).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await owners()).not.toContain('dead');
  });
});
