import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

/**
 * A git process for one repository. Arguments are literals of this room and
 * checked object ids; what a user gave never becomes one. Nothing is inherited
 * but the way to the binary: no `GIT_*`, no user or system configuration, no
 * hooks, no prompts. `GIT_DIR` names the repository, so there is no discovery
 * and no ownership question.
 */
export function startGit(
  gitDirectory: string,
  args: readonly string[],
): ChildProcessWithoutNullStreams {
  return spawn('git', ['-c', 'core.hooksPath=/dev/null', ...args], {
    cwd: gitDirectory,
    windowsHide: true,
    env: {
      PATH: process.env.PATH,
      SystemRoot: process.env.SystemRoot,
      HOME: gitDirectory,
      LC_ALL: 'C',
      GIT_DIR: gitDirectory,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_NO_LAZY_FETCH: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
    } as NodeJS.ProcessEnv,
  });
}

/** Runs git to its end. Rejects only when it cannot be started. */
export function runGit(
  gitDirectory: string,
  args: readonly string[],
  input = '',
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = startGit(gitDirectory, args);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', text => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', text => (stderr += text));
    child.on('error', error => reject(cannotStart(error)));
    child.on('close', code => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => {}); // it ended early; its exit code says why
    child.stdin.end(input);
  });
}

export function cannotStart(error: NodeJS.ErrnoException): Error {
  return error.code === 'ENOENT'
    ? new Error('git was not found on PATH; install git 2.34 or newer')
    : error;
}
