// What Git itself says of the bare repository: nothing of ours is asked.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export async function git(repository, ...args) {
  const { stdout } = await run('git', ['--git-dir', repository, ...args]);
  return stdout.trim();
}

/** Commits on main that touch the folder, newest first, as `<id> <subject>`. */
export async function commitsOf(repository, folder) {
  const log = await git(
    repository,
    'log',
    '--format=%H %s',
    '--no-merges',
    'main',
    '--',
    folder,
  );
  return log ? log.split('\n') : [];
}

export async function pullRequests(repository) {
  const refs = await git(
    repository,
    'for-each-ref',
    '--format=%(refname)',
    'refs/pull/*/head',
  );
  return refs ? refs.split('\n') : [];
}

/** Throws with what fsck found. */
export function checkIntegrity(repository) {
  return git(repository, 'fsck', '--full', '--strict');
}
