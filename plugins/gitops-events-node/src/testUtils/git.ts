import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';

/** What git reads, and what it finds in its environment besides. @public */
export interface GitOptions {
  input?: string | Uint8Array;
  env?: Record<string, string>;
}

/** Git ended with another code than 0; the message is what it said. @public */
export class GitFailed extends Error {
  constructor(
    readonly code: number | null,
    readonly stdout: string,
    stderr: string,
  ) {
    super(stderr);
  }
}

/**
 * What the real git writes, with nothing of the machine that runs the test.
 *
 * @throws GitFailed
 * @public
 */
export function gitBytes(
  cwd: string,
  args: string[],
  { input = '', env = {} }: GitOptions = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd,
      env: {
        PATH: process.env.PATH,
        HOME: cwd,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'Dana Developer',
        GIT_AUTHOR_EMAIL: 'dana@example.com',
        GIT_COMMITTER_NAME: 'Dana Developer',
        GIT_COMMITTER_EMAIL: 'dana@example.com',
        ...env,
      } as unknown as NodeJS.ProcessEnv,
    });
    const out: Buffer[] = [];
    let errors = '';
    child.stdout.on('data', chunk => out.push(chunk));
    child.stderr.on('data', chunk => (errors += chunk));
    child.on('error', reject);
    child.on('close', code => {
      const stdout = Buffer.concat(out);
      if (code === 0) resolve(stdout);
      else reject(new GitFailed(code, stdout.toString(), errors));
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** The same as text, without white space around it. @public */
export async function git(
  cwd: string,
  args: string[],
  options?: GitOptions,
): Promise<string> {
  return (await gitBytes(cwd, args, options)).toString().trim();
}

/** An empty folder that the test removes. @public */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'gitops-events-git-'));
}

/** What a person does: clones, commits and pushes; returns the commit. @public */
export async function pushByHand(
  bare: string,
  branch: string,
  files: FileWrite[],
  from?: string,
): Promise<string> {
  const clone = await temporaryFolder();
  try {
    await git(clone, ['clone', '--quiet', '--no-checkout', bare, '.']);
    await git(clone, [
      ...['checkout', '--quiet', '-B', 'work'],
      from ?? `origin/${branch}`,
    ]);
    for (const { path: name, content } of files) {
      const file = path.join(clone, name);
      await mkdir(path.dirname(file), { recursive: true });
      if (content === undefined) await rm(file);
      else await writeFile(file, content);
    }
    await git(clone, ['add', '--all']);
    await git(clone, ['commit', '--quiet', '--message', 'By hand']);
    await git(clone, [
      'push',
      '--quiet',
      ...(from === undefined ? [] : ['--force']),
      'origin',
      `work:refs/heads/${branch}`,
    ]);
    return await git(clone, ['rev-parse', 'HEAD']);
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}
