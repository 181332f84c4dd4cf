import { LogOnlyError } from '../shownFailure';
import { runGit } from './gitProcess';
import type { GitRepository } from './gitRepository';
import { checkObjectId } from '@gitops-events/plugin-gitops-events-node/git';

/** Commits looked at in process before git is asked, which knows its commit graph: few first, as nearly always few do. */
const nearby = [4, 32];

/** Whether `revision` is `commit` or one of its ancestors. */
export async function contains(
  repository: GitRepository,
  commit: string,
  revision: string,
): Promise<boolean> {
  checkObjectId(commit);
  checkObjectId(revision);
  const met = await nearMeetings(repository, commit, revision);
  // Whatever else is on the line lies behind `revision`, so no way leads over it.
  return met?.has(revision) ?? reaches(repository, commit, revision);
}

/** The newest commit that both have; undefined when they share none. */
export async function mergeBase(
  repository: GitRepository,
  one: string,
  other: string,
): Promise<string | undefined> {
  checkObjectId(one);
  checkObjectId(other);
  const met = await nearMeetings(repository, one, other);
  if (met?.size === 1) return [...met][0];
  const { code, stdout, stderr } = await runGit(repository.directory, [
    'merge-base',
    one,
    other,
  ]);
  if (code === 0) return stdout.trim();
  if (code === 1) return undefined;
  throw new LogOnlyError(`git merge-base failed: ${stderr.trim()}`);
}

/**
 * Where the ways back from `one` meet the line of `other`, or undefined when a
 * few commits do not tell.
 *
 * `other` is followed while it has one parent, as a branch of ours does. From
 * `one` all parents are followed, up to that line. Where all ways meet it at the
 * same commit, that is the newest both have: what they share lies on the line or
 * behind its end, and what lies behind its end never leads back to it.
 */
async function nearMeetings(
  repository: GitRepository,
  one: string,
  other: string,
): Promise<Set<string> | undefined> {
  const line = new Set<string>();
  let next: string | undefined = other;
  for (const depth of nearby) {
    while (next !== undefined && line.size < depth) {
      line.add(next);
      const parents = await parentsOf(repository, next);
      next = parents?.length === 1 ? parents[0] : undefined;
    }
    const met = await meetings(repository, one, line, depth);
    if (met) return met;
  }
  return undefined;
}

/** Where the ways back from `start` meet the line; undefined when there are too many commits before. */
async function meetings(
  repository: GitRepository,
  start: string,
  line: ReadonlySet<string>,
  depth: number,
): Promise<Set<string> | undefined> {
  const seen = new Set([start]);
  const met = new Set<string>();
  for (const id of seen) {
    if (line.has(id)) {
      met.add(id);
      continue;
    }
    if (seen.size > depth) return undefined;
    const { parents } = await repository.commit(id);
    for (const parent of parents) seen.add(parent);
  }
  return met;
}

/** Undefined for what is no commit here: it is contained in none. */
async function parentsOf(
  repository: GitRepository,
  id: string,
): Promise<string[] | undefined> {
  try {
    return (await repository.commit(id)).parents;
  } catch (error) {
    if ((error as Error).name === 'NotFoundError') return undefined;
    throw error;
  }
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
  throw new LogOnlyError(`git rev-list failed: ${stderr.trim()}`);
}
