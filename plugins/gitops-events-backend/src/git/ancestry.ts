import { runGit } from './gitProcess';
import type { GitRepository } from './gitRepository';
import { checkObjectId } from '@gitops-events/plugin-gitops-events-node/git';

/** Commits looked at in process before git is asked, which knows its commit graph. */
const nearby = 32;

/** Whether `revision` is `commit` or one of its ancestors. */
export async function contains(
  repository: GitRepository,
  commit: string,
  revision: string,
): Promise<boolean> {
  checkObjectId(commit);
  checkObjectId(revision);
  const seen = new Set([commit]);
  for (const id of seen) {
    if (id === revision) return true;
    if (seen.size > nearby) return reaches(repository, commit, revision);
    const { parents } = await repository.commit(id);
    for (const parent of parents) seen.add(parent);
  }
  return false;
}

async function reaches(
  repository: GitRepository,
  commit: string,
  revision: string,
): Promise<boolean> {
  // Lists what `revision` has and `commit` lacks: nothing when it is contained.
  const { code, stdout, stderr } = await runGit(
    repository.directory,
    ['rev-list', '--max-count=1', '--stdin'],
    `${revision}\n^${commit}\n`,
  );
  if (code === 0) return stdout === '';
  if (/bad object|bad revision/.test(stderr)) {
    await repository.commit(commit);
    return false;
  }
  throw new Error(`git rev-list failed: ${stderr.trim()}`);
}

/** The newest commit that both have; undefined when they share none. */
export async function mergeBase(
  repository: GitRepository,
  one: string,
  other: string,
): Promise<string | undefined> {
  if (one === other) return one;
  const { code, stdout, stderr } = await runGit(repository.directory, [
    'merge-base',
    checkObjectId(one),
    checkObjectId(other),
  ]);
  if (code === 0) return stdout.trim();
  if (code === 1) return undefined;
  throw new Error(`git merge-base failed: ${stderr.trim()}`);
}
