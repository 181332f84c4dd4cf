import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  splitRepositoryPath,
  type RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';

const maxFiles = 5_000;
const maxBytes = 64 * 1024 * 1024;

/**
 * Puts files into a folder of its own for as long as `work` takes. Links are
 * left out, since what they point to may lie outside.
 *
 * @throws Error when it is more than a tool should look at
 */
export async function withCheckout<T>(
  files: readonly RepositoryFile[],
  work: (folder: string, home: string) => Promise<T>,
  parent = tmpdir(),
): Promise<T> {
  const bytes = files.reduce((sum, one) => sum + one.content.byteLength, 0);
  if (files.length > maxFiles || bytes > maxBytes) {
    throw new Error(
      `What the tool reads comes to ${files.length} files and ${bytes} bytes; at most ${maxFiles} and ${maxBytes} are checked out. Name fewer folders.`,
    );
  }
  const home = await mkdtemp(path.join(parent, 'gitops-events-'));
  const folder = path.join(home, 'repository');
  try {
    await mkdir(folder);
    for (const { path: name, mode, content } of files) {
      if (mode === '120000') continue;
      const file = path.join(folder, ...splitRepositoryPath(name));
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    return await work(folder, home);
  } finally {
    // What was ended may still be about to write its last file.
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
