import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { startGit } from './gitProcess';

/**
 * Every push lets git pack what has become too many loose files; we never push,
 * so we ask for the same. Git decides whether there is anything to do.
 */
export class Maintenance {
  private written = 0;
  private child?: ChildProcessWithoutNullStreams;

  constructor(
    private readonly gitDirectory: string,
    /** Objects written between two looks; git packs at about 6,700 loose ones. */
    private readonly every = 2_000,
  ) {}

  /** Returns at once; git works beside. */
  wrote(objects: number): void {
    this.written += objects;
    if (this.written < this.every || this.child) return;
    this.written = 0;
    const child = startGit(this.gitDirectory, [
      ...['-c', 'gc.autoDetach=false', 'gc', '--auto', '--quiet'],
    ]);
    this.child = child;
    const end = () => {
      this.child = undefined;
    };
    // Whatever goes wrong, the repository is as it was, and the next look tries again.
    child.on('error', end).on('close', end);
    child.stdin.on('error', () => {}).end();
    child.stdout.resume();
    child.stderr.resume();
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }
}
