import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const SIZE = '1G';

/** A file system of its own in a file, which can be full without anybody else's being so. */
export interface SmallVolume {
  path: string;
  remove(): void;
}

/** @throws Error where one may not mount here, which takes root on Linux */
export function smallVolume(folder: string): SmallVolume {
  const image = path.join(folder, 'volume.ext4');
  const mounted = path.join(folder, 'volume');
  mkdirSync(mounted);
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  run('truncate', '-s', SIZE, image);
  run('mkfs.ext4', '-q', '-m', '0', image);
  run('mount', '-o', 'loop', image, mounted);
  chmodSync(mounted, 0o755);
  return { path: mounted, remove: () => run('umount', '-l', mounted) };
}
