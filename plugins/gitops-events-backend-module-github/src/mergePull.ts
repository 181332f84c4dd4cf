import type {
  ChangeHost,
  MergeOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import { sentenceOf, statusOf } from './answeredError';
import type { Branches } from './branches';
import type { Connection } from './connection';
import { keptBack } from './keptBack';
import { enqueuePull } from './mergeQueue';
import { readPullState } from './pullState';
import { makeReady, viewPull } from './pullRequests';
import { isChecking, waitsFor } from './waitsFor';

type MergeRequest = Parameters<ChangeHost['merge']>[0];

/** GitHub merges only the head that we name; whatever else it answers, the pull request tells what happened. */
export async function mergePull(
  connection: Connection,
  branches: Branches,
  ourselves: () => Promise<string>,
  request: MergeRequest,
): Promise<MergeOutcome> {
  const { number, base, expectedHead, message } = request;
  const { octokit, name } = connection;
  const [title, ...body] = message.split('\n');
  const pull = await readPull(connection, number);
  if (pull.state === 'open') {
    // GitHub does not compare this one; a person pointed it elsewhere.
    if (pull.base.ref !== base) {
      return { outcome: 'stale', head: pull.head.sha };
    }
    if (pull.draft) {
      const kept = await keptAsDraft(connection, pull, ourselves, request);
      if (kept) return kept;
      await makeReady(connection, pull.node_id);
    }
  }
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
    return settle(connection, branches, ourselves, request, refusal);
  }
}

/** One that a person turned into a draft stays one; one of ours is made ready. */
async function keptAsDraft(
  connection: Connection,
  pull: { draft?: boolean; node_id: string },
  ourselves: () => Promise<string>,
  { heed }: MergeRequest,
): Promise<MergeOutcome | undefined> {
  const state = heed && (await readPullState(connection, pull.node_id));
  const message = state && keptBack(pull, state, await ourselves(), heed);
  return message ? { outcome: 'blocked', message } : undefined;
}

async function settle(
  connection: Connection,
  branches: Branches,
  ourselves: () => Promise<string>,
  { number, expectedHead, heed }: MergeRequest,
  refusal: unknown,
): Promise<MergeOutcome> {
  const pull = await readPull(connection, number);
  if (pull.merged) {
    await tidy(connection, branches, number);
    const { endedBy } = await viewPull(connection, pull, ourselves);
    return { outcome: 'merged', commit: pull.merge_commit_sha!, endedBy };
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
  const conflict = async (): Promise<MergeOutcome> => {
    const baseHead = await branches.head(connection, pull.base.ref);
    if (!baseHead) throw refusal;
    return { outcome: 'conflict', baseHead };
  };
  if (!pull.mergeable) return conflict();
  const sentence = sentenceOf(refusal);
  if (/was modified/i.test(sentence)) throw new Error(sentence);

  const state = await readPullState(connection, pull.node_id);
  if (state?.isMergeQueueEnabled) {
    const message = keptBack(pull, state, await ourselves(), heed);
    if (message) return { outcome: 'blocked', message };
    return enqueuePull(connection, pull.node_id, expectedHead, state);
  }
  // The repository asks for branches that have all of base: it is rendered on it.
  if (state?.mergeStateStatus === 'BEHIND') return conflict();
  return {
    ...{ outcome: 'blocked', message: waitsFor(state, sentence) },
    ...(state && isChecking(state) && { checking: true }),
  };
}

/** Removes the branch of what we ended, only as we know it: what a person pushed since stays. */
export async function tidy(
  connection: Connection,
  branches: Branches,
  number: number,
): Promise<void> {
  const pull = await readPull(connection, number);
  const { ref, sha, repo } = pull.head;
  if (repo?.id !== pull.base.repo.id) return;
  await branches.move(connection, ref, sha, undefined);
}

async function readPull({ octokit, name }: Connection, number: number) {
  return (await octokit.rest.pulls.get({ ...name, pull_number: number })).data;
}
