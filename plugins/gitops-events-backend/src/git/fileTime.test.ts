import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileTime } from './fileTime';
import { LockFiles } from './lockFiles';
import { stagingFolder, tidyStagingFolder } from './stagingFolder';
import { temporaryFolder } from './__testUtils__/gitCommand';

const DAY_MS = 24 * 3_600_000;

describe('the age of files', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  /** The clock of this process leaps; that of the file system does not. */
  const leap = (ms: number) => {
    const now = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => now() + ms);
  };

  it('is told by the file system, and leaves nothing behind', async () => {
    const file = path.join(folder, 'a');
    await writeFile(file, 'a');
    leap(DAY_MS);
    const { mtimeMs } = await stat(file);
    expect(Math.abs((await fileTime(folder)) - mtimeMs)).toBeLessThan(60_000);
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('of what is staged now stays young for a process whose clock is a day ahead', async () => {
    const staged = stagingFolder(folder);
    await mkdir(staged, { recursive: true });
    await writeFile(path.join(staged, 'young'), 'a');
    await writeFile(path.join(staged, 'old'), 'a');
    const longAgo = Date.now() / 1_000 - 7_200;
    await utimes(path.join(staged, 'old'), longAgo, longAgo);
    leap(DAY_MS);
    await tidyStagingFolder(folder);
    expect(await readdir(staged)).toEqual(['young']);
  });

  it('of a lock of another container is not a matter of our clock', async () => {
    const lock = path.join(folder, 'a.lock');
    await writeFile(lock, 'gitops-events abc 1 1 elsewhere\n');
    leap(DAY_MS);
    const locks = new LockFiles(folder, { waitMs: 100, strangerMs: 60_000 });
    await expect(locks.hold('a', async () => {})).rejects.toThrow(
      'is held by another program',
    );
    await locks.close();
  });
});
