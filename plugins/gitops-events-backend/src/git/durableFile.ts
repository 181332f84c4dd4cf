/*
 * Files that survive a power cut. Only what waits for the disk leaves this
 * thread: opening, renaming or writing a small file takes microseconds in the
 * page cache, while each trip through libuv's pool costs more than that, in
 * this thread and in total. A commit makes about thirty such calls.
 */
import {
  closeSync,
  fdatasync,
  fsync,
  openSync,
  renameSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';

const syncData = promisify(fdatasync);
const syncAll = promisify(fsync);
const writeInPool = promisify(write);

/** Above this many bytes a write is no longer a matter of microseconds. */
const small = 65_536;

/** Makes the names in a folder durable: a rename is safe only after this. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows can neither open nor sync a folder; NTFS journals its names.
  if (process.platform !== 'win32') await syncFile(directory);
}

export async function syncFile(file: string): Promise<void> {
  const descriptor = openSync(file, 'r');
  try {
    await syncAll(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Writes a new file and its bytes to disk; its name is durable only after `syncDirectory`. */
export async function writeSynced(
  file: string,
  content: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const descriptor = openSync(file, 'wx', mode);
  try {
    for (let at = 0; at < bytes.byteLength;) {
      const rest = bytes.subarray(at);
      at +=
        rest.byteLength <= small
          ? writeSync(descriptor, rest)
          : (await writeInPool(descriptor, rest)).bytesWritten;
    }
    await syncData(descriptor);
  } finally {
    closeSync(descriptor);
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
    await writeSynced(temporary, content);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
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
