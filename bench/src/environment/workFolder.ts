import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../../..');

/** `f_type` of file systems that lose everything with the power. */
const memory: Record<number, string> = {
  0x01021994: 'tmpfs',
  0x858458f6: 'ramfs',
};

/** A folder on a disk: a temporary folder of the system may be in memory. */
export interface WorkFolder {
  path: string;
  fileSystem: string;
  remove(): void;
}

/**
 * Makes a folder below `.data/bench` of this checkout, or below
 * `GITOPS_EVENTS_BENCH_FOLDER`.
 *
 * @throws Error when it is in memory: durable writes cost nothing there.
 */
export function workFolder(): WorkFolder {
  const parent =
    process.env.GITOPS_EVENTS_BENCH_FOLDER ?? path.join(root, '.data/bench');
  mkdirSync(parent, { recursive: true });
  const kind = memory[statfsSync(parent).type];
  if (kind) {
    throw new Error(
      `${parent} is on ${kind}, where a durable write costs nothing. Set GITOPS_EVENTS_BENCH_FOLDER to a folder on a disk.`,
    );
  }
  const folder = mkdtempSync(path.join(parent, 'run-'));
  // PostgreSQL does not run as root; its own user must get through to its folder.
  chmodSync(folder, 0o755);
  return {
    path: folder,
    fileSystem: fileSystemOf(folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The name that the system gives it: `ext4`. */
function fileSystemOf(folder: string): string {
  try {
    const lines = execFileSync('df', ['-T', folder], { encoding: 'utf8' });
    return lines.trim().split('\n').at(-1)!.split(/\s+/)[1];
  } catch {
    return `type 0x${statfsSync(folder).type.toString(16)}`;
  }
}
