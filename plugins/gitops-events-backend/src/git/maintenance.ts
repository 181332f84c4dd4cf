import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { startGit } from './gitProcess';

/*
 * What is written loose is packed now and then, as a push does by `git gc`. But
 * `gc` also walks the whole repository, to find what nobody names, and each time
 * it finds 50 packs it makes one of everything. `--geometric` joins what is loose
 * and the packs that are small beside it, and walks nothing, so each object is
 * packed again only as often as the repository doubles. The commit graph grows
 * in the same way; with it git finds an old commit in a long history ten times faster.
 */
const steps: string[][] = [
  ['repack', '--geometric=2', '-d', '-l', '-q'],
  ['commit-graph', 'write', '--reachable', '--split', '--no-progress'],
  ['pack-refs', '--all'],
];

/** It runs beside what people wait for. */
const frugal = ['-c', 'pack.threads=1', '-c', 'repack.writeBitmaps=false'];

export class Maintenance {
  private written = 0;
  private working?: Promise<void>;
  private child?: ChildProcessWithoutNullStreams;
  private stopped = false;

  constructor(
    private readonly gitDirectory: string,
    private readonly options: {
      /** Objects written between two looks. */
      every: number;
      /** Loose objects, about, that are worth packing: half of what makes git do it after a push. */
      loose: number;
    } = { every: 2_000, loose: 3_350 },
  ) {}

  /** Returns at once; git works beside. */
  wrote(objects: number): void {
    this.written += objects;
    if (this.written < this.options.every || this.working) return;
    this.written = 0;
    this.working = this.work().finally(() => {
      this.working = undefined;
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.child?.kill('SIGTERM');
    await this.working;
  }

  /** Resolves when there is nothing left to do for now. */
  async settled(): Promise<void> {
    await this.working;
  }

  private async work(): Promise<void> {
    if ((await this.countLoose()) < this.options.loose) return;
    for (const args of steps) {
      // Whatever goes wrong, the repository is as it was, and the next look tries again.
      if (this.stopped || !(await this.run([...frugal, ...args]))) return;
    }
  }

  /** About, by one of 256 folders, as git does: ids are spread evenly. */
  private async countLoose(): Promise<number> {
    const folder = path.join(this.gitDirectory, 'objects', '17');
    const names = await readdir(folder).catch(() => []);
    return names.length * 256;
  }

  private run(args: string[]): Promise<boolean> {
    return new Promise(resolve => {
      const child = startGit(this.gitDirectory, args);
      this.child = child;
      child.on('error', () => resolve(false));
      child.on('close', code => {
        this.child = undefined;
        resolve(code === 0);
      });
      child.stdin.on('error', () => {}).end();
      child.stdout.resume();
      child.stderr.resume();
    });
  }
}
