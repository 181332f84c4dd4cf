import { NotFoundError } from '@backstage/errors';
import type {
  ChangeHost,
  MergeOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import { removeBranch } from './closeMergeRequest';
import type { Connection } from './connection';
import { readHeads } from './git/gitRemote';
import { GitlabAnswer, statusOf } from './gitlabAnswer';
import {
  mergeCommitOf,
  mergeRequestSchema,
  readMergeRequest,
  updateMergeRequest,
  type MergeRequest,
} from './mergeRequests';
import { keptBack } from './keptBack';
import { hasMergeTrains, joinMergeTrain } from './mergeTrain';
import { titleOf } from './plainText';
import { waitsFor } from './waitsFor';

type Request = Parameters<ChangeHost['merge']>[0];

/** GitLab merges only the head that we name; whatever else it answers, the merge request tells what happened. */
export async function mergeMergeRequest(
  connection: Connection,
  ourselves: () => Promise<string>,
  request: Request,
): Promise<MergeOutcome> {
  const { number, base, expectedHead, message } = request;
  const found = await readMergeRequest(connection, number);
  const ended = await ending(connection, ourselves, found);
  if (ended) return ended;
  // GitLab does not compare this one; a person pointed it elsewhere.
  if (found.target_branch !== base) {
    const heads = await readHeads(connection.git, [found.source_branch]);
    return { outcome: 'stale', head: heads.get(found.source_branch) };
  }
  const hasTrains = await hasMergeTrains(connection);
  const { heed } = request;
  if (heed && (found.draft || hasTrains)) {
    const kept = await keptBack(connection, found, heed);
    if (kept) return { outcome: 'blocked', message: kept };
  }
  if (found.draft) {
    const title = titleOf(found.title, false);
    await updateMergeRequest(connection, number, { title });
  }
  if (hasTrains) {
    return joinMergeTrain(connection, found, request, refusal =>
      settle(connection, ourselves, request, refusal),
    );
  }
  try {
    const path = `merge_requests/${number}/merge`;
    const merged = await connection.api('PUT', path, mergeRequestSchema, {
      ...{ sha: expectedHead, squash: true },
      // By the merge method of the project, one of them stands on base, or both.
      ...{ squash_commit_message: message, merge_commit_message: message },
      should_remove_source_branch: false,
    });
    if (merged.state === 'merged') return tidied(connection, merged);
    throw new Error(`GitLab did not merge !${number} yet`);
  } catch (refusal) {
    if (![401, 405, 406, 409, 422].includes(statusOf(refusal) ?? 0)) {
      throw refusal;
    }
    return settle(connection, ourselves, request, refusal as GitlabAnswer);
  }
}

/** What there is to say when nobody can merge it any more. */
async function ending(
  connection: Connection,
  ourselves: () => Promise<string>,
  found: MergeRequest,
): Promise<MergeOutcome | undefined> {
  if (found.state === 'merged') {
    const name = found.merge_user?.username ?? 'somebody';
    const endedBy = name === (await ourselves()) ? undefined : name;
    return { ...(await tidied(connection, found)), endedBy };
  }
  return found.state === 'closed'
    ? { outcome: 'blocked', message: `Merge request !${found.iid} is closed` }
    : undefined;
}

async function tidied(
  connection: Connection,
  merged: MergeRequest,
): Promise<Extract<MergeOutcome, { outcome: 'merged' }>> {
  await removeBranch(connection, merged);
  return { outcome: 'merged', commit: mergeCommitOf(merged) };
}

async function settle(
  connection: Connection,
  ourselves: () => Promise<string>,
  { number, expectedHead, base }: Request,
  refusal: GitlabAnswer,
): Promise<MergeOutcome> {
  const found = await readMergeRequest(connection, number);
  const ended = await ending(connection, ourselves, found);
  if (ended) return ended;
  if (found.state === 'locked') {
    throw new Error(`GitLab is merging !${number} at this moment`);
  }
  const branch = found.source_branch;
  const heads = await readHeads(connection.git, [branch, base]);
  const head = heads.get(branch);
  if (head !== expectedHead) return { outcome: 'stale', head };
  if (found.sha !== head) {
    throw new Error(`GitLab has not yet seen the last commit of ${branch}`);
  }
  if (refusal.status === 401) {
    return {
      outcome: 'blocked',
      message: `GitLab does not let us merge into ${base}. Allow it in the project's protected branches.`,
    };
  }
  const standing = waitsFor(found, refusal.sentence);
  if (standing.is === 'waiting') {
    const { message, checking } = standing;
    return { outcome: 'blocked', message, checking };
  }
  if (standing.is === 'unknown') {
    throw new Error('GitLab does not know yet whether it can be merged');
  }
  const baseHead = heads.get(base);
  if (!baseHead) {
    throw new NotFoundError(`There is no branch ${JSON.stringify(base)}`);
  }
  return { outcome: 'conflict', baseHead };
}
