import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';

const run = promisify(execFile);

/** The real git, as a person has it: own name, nothing from the machine that runs the test. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, {
    cwd,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Dana Developer',
      GIT_AUTHOR_EMAIL: 'dana@example.com',
      GIT_COMMITTER_NAME: 'Dana Developer',
      GIT_COMMITTER_EMAIL: 'dana@example.com',
    } as NodeJS.ProcessEnv,
  });
  return stdout.trim();
}

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'gitops-events-git-'));
}

/** Clones, commits and pushes with git itself; returns the commit. */
export async function pushByHand(
  bare: string,
  branch: string,
  files: FileWrite[],
  from?: string,
): Promise<string> {
  const clone = await temporaryFolder();
  try {
    await git(clone, 'clone', '--quiet', '--no-checkout', bare, '.');
    await git(
      clone,
      'checkout',
      '--quiet',
      '-B',
      'work',
      from ?? `origin/${branch}`,
    );
    for (const { path: name, content } of files) {
      const file = path.join(clone, name);
      await mkdir(path.dirname(file), { recursive: true });
      if (content === undefined) await rm(file);
      else await writeFile(file, content);
    }
    await git(clone, 'add', '--all');
    await git(clone, 'commit', '--quiet', '--message', 'By hand');
    await git(clone, 'push', '--quiet', 'origin', `work:refs/heads/${branch}`);
    return await git(clone, 'rev-parse', 'HEAD');
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}
