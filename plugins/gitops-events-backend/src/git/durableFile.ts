import { open, rename, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';

/** Makes the names in a folder durable: a rename is safe only after this. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows can neither open nor sync a folder; NTFS journals its names.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a new file and its bytes to disk; its name is durable only after `syncDirectory`. */
export async function writeSynced(
  file: string,
  parts: ReadonlyArray<string | Uint8Array>,
  mode = 0o644,
): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    for (const part of parts) await handle.writeFile(part);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Replaces a file in one step: a reader, and a crash, see the old bytes or the new ones. */
export async function replaceDurably(
  file: string,
  content: string | Uint8Array,
): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, temporaryName('tmp'));
  try {
    await writeSynced(temporary, [content]);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(folder);
}

/** A name nobody else uses. */
export function temporaryName(prefix: string): string {
  return `${prefix}_${randomBytes(9).toString('hex')}`;
}

/** The system's name for what went wrong with a file: `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
