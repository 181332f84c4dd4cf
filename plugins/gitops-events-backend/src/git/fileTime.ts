import { rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryName } from './durableFile';

/**
 * What the file system of a folder takes for the time, in milliseconds since
 * 1970: that of a file written now. The age of a file is told by it alone. The
 * clock of this process may be an hour off, and then what another replica wrote
 * a moment ago would look old.
 *
 * @throws Error of the system where nothing can be written there
 */
export async function fileTime(folder: string): Promise<number> {
  const file = path.join(folder, temporaryName('time'));
  try {
    await writeFile(file, '.', { flag: 'wx' });
    return (await stat(file)).mtimeMs;
  } finally {
    await rm(file, { force: true });
  }
}
