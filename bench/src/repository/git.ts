import { execFile, type ExecFileException } from 'node:child_process';

/** What both sides sync: Git itself syncs neither loose objects nor refs unless told. */
export const fsyncSetting = 'core.fsync=objects,reference';

/** The real git, with nothing of this machine's settings. */
export function git(folder: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd: folder,
      env: gitEnvironment(folder),
      maxBuffer: 512 * 1024 * 1024,
    };
    const done = (
      error: ExecFileException | null,
      stdout: string,
      stderr: string,
    ) =>
      error
        ? reject(
            new Error(`git ${args[0]} failed: ${stderr}`, { cause: error }),
          )
        : resolve(stdout.trim());
    execFile('git', ['-c', fsyncSetting, ...args], options, done);
  });
}

export function gitEnvironment(folder: string): NodeJS.ProcessEnv {
  const person = { name: 'Dana Developer', email: 'dana@example.com' };
  return {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: person.name,
    GIT_AUTHOR_EMAIL: person.email,
    GIT_COMMITTER_NAME: person.name,
    GIT_COMMITTER_EMAIL: person.email,
  } as unknown as NodeJS.ProcessEnv;
}
