import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileTime } from './fileTime';

const hour = 3_600_000;

/** Files that are about to be renamed to their place in the repository. */
export function stagingFolder(gitDirectory: string): string {
  return path.join(gitDirectory, 'gitops-events', 'staged');
}

/**
 * Makes it, and removes what processes killed long ago left there, and beside
 * the objects: `gc` would, where we pack without it (see maintenance.ts).
 */
export async function tidyStagingFolder(gitDirectory: string): Promise<void> {
  const folder = stagingFolder(gitDirectory);
  await mkdir(folder, { recursive: true });
  const now = await fileTime(folder);
  await removeOld(folder, /./, now - hour);
  const dayAgo = now - 24 * hour;
  await removeOld(path.join(gitDirectory, 'objects'), /^tmp_obj_/, dayAgo);
  const packs = path.join(gitDirectory, 'objects', 'pack');
  await removeOld(packs, /^\.?tmp[-_]/, dayAgo);
}

async function removeOld(
  folder: string,
  names: RegExp,
  before: number,
): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!names.test(name)) continue;
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found && found.mtimeMs < before) {
      await rm(file, { force: true });
    }
  }
}
