import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Files that are about to be renamed to their place in the repository. */
export function stagingFolder(gitDirectory: string): string {
  return path.join(gitDirectory, 'gitops-events', 'staged');
}

/** Makes it, and removes what processes killed more than an hour ago left there. */
export async function tidyStagingFolder(gitDirectory: string): Promise<void> {
  const folder = stagingFolder(gitDirectory);
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > 3_600_000) {
      await rm(file, { force: true });
    }
  }
}
