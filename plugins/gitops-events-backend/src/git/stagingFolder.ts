import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

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
  await removeOld(folder, /./, hour);
  await removeOld(path.join(gitDirectory, 'objects'), /^tmp_obj_/, 24 * hour);
  const packs = path.join(gitDirectory, 'objects', 'pack');
  await removeOld(packs, /^\.?tmp[-_]/, 24 * hour);
}

async function removeOld(
  folder: string,
  names: RegExp,
  ageMs: number,
): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!names.test(name)) continue;
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ageMs) {
      await rm(file, { force: true });
    }
  }
}
