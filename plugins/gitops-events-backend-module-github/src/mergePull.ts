import type {
  ChangeHost,
  MergeOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import { sentenceOf, statusOf } from './answeredError';
import type { Branches } from './branches';
import type { Connection } from './connection';

/** GitHub merges only the head that we name; whatever else it answers, the pull request tells what happened. */
export async function mergePull(
  connection: Connection,
  branches: Branches,
  { number, expectedHead, message }: Parameters<ChangeHost['merge']>[0],
): Promise<MergeOutcome> {
  const { octokit, name } = connection;
  const [title, ...body] = message.split('\n');
  try {
    const { data } = await octokit.rest.pulls.merge({
      ...name,
      pull_number: number,
      sha: expectedHead,
      merge_method: 'squash',
      commit_title: title,
      commit_message: body.join('\n').trim(),
    });
    if (!data.merged) throw new Error(`GitHub did not merge: ${data.message}`);
    await tidy(connection, branches, number);
    return { outcome: 'merged', commit: data.sha };
  } catch (refusal) {
    if (![404, 405, 409, 422].includes(statusOf(refusal) ?? 0)) throw refusal;
    return settle(connection, branches, { number, expectedHead }, refusal);
  }
}

async function settle(
  connection: Connection,
  branches: Branches,
  { number, expectedHead }: { number: number; expectedHead: string },
  refusal: unknown,
): Promise<MergeOutcome> {
  const { octokit, name } = connection;
  const { data: pull } = await octokit.rest.pulls.get({
    ...name,
    pull_number: number,
  });
  if (pull.merged) {
    await tidy(connection, branches, number);
    return { outcome: 'merged', commit: pull.merge_commit_sha! };
  }
  if (pull.state !== 'open') {
    return { outcome: 'blocked', message: `Pull request ${number} is closed` };
  }
  if (pull.head.sha !== expectedHead) {
    if ((await branches.head(connection, pull.head.ref)) === expectedHead) {
      throw new Error('GitHub has not yet seen the last commit of the branch');
    }
    return { outcome: 'stale', head: pull.head.sha };
  }
  if (pull.mergeable === null) {
    throw new Error('GitHub does not know yet whether it can be merged');
  }
  if (!pull.mergeable) {
    const baseHead = await branches.head(connection, pull.base.ref);
    if (!baseHead) throw refusal;
    return { outcome: 'conflict', baseHead };
  }
  const sentence = sentenceOf(refusal);
  if (/was modified/i.test(sentence)) throw new Error(sentence);
  return { outcome: 'blocked', message: `GitHub says: ${sentence}` };
}

/** Removes the branch of what we ended, only as we know it: what a person pushed since stays. */
export async function tidy(
  connection: Connection,
  branches: Branches,
  number: number,
): Promise<void> {
  const { octokit, name } = connection;
  const { data: pull } = await octokit.rest.pulls.get({
    ...name,
    pull_number: number,
  });
  const { ref, sha, repo } = pull.head;
  if (repo?.id !== pull.base.repo.id) return;
  await branches.move(connection, ref, sha, undefined);
}
