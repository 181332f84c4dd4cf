import type { MergeOutcome } from '@gitops-events/plugin-gitops-events-node';
import type { Connection } from './connection';
import { isGraphqlRefusal } from './answeredError';
import { loginOf, type PullState } from './pullState';
import { isChecking, waitsFor } from './waitsFor';

/** Who merges what comes out of a merge queue. */
export const QUEUE_LOGIN = 'github-merge-queue[bot]';

/**
 * Where the repository has a merge queue, merging is standing in it: GitHub
 * checks the head as for a merge, takes no message, and a push takes it out again.
 */
export async function enqueuePull(
  { octokit }: Connection,
  id: string,
  expectedHead: string,
  state: PullState,
): Promise<MergeOutcome> {
  const message = placeOf(state);
  if (message) {
    return { outcome: 'blocked', message, checking: isChecking(state) };
  }
  try {
    await octokit.graphql(
      `mutation ($id: ID!, $head: GitObjectID!) {
        enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { clientMutationId }
      }`,
      { id, head: expectedHead },
    );
  } catch (refusal) {
    if (!isGraphqlRefusal(refusal)) throw refusal;
    const said = refusal.errors.map(one => one.message).join('; ');
    return {
      ...{ outcome: 'blocked', message: waitsFor(state, said) },
      ...(isChecking(state) && { checking: true }),
    };
  }
  return {
    outcome: 'blocked',
    message: 'Was put into the merge queue of GitHub.',
    checking: true,
  };
}

/** Its place in the queue, in a sentence; undefined where it does not stand in it. */
export function placeOf({
  mergeQueueEntry: it,
}: PullState): string | undefined {
  return it
    ? `Is number ${it.position} in the merge queue of GitHub.`
    : undefined;
}

/** Who put it into the queue last; undefined where nobody did. */
export async function enqueuedBy(
  { octokit }: Connection,
  id: string,
): Promise<string | undefined> {
  const { node } = await octokit.graphql<{
    node: {
      timelineItems: {
        nodes: Array<{ actor: { __typename: string; login: string } | null }>;
      };
    } | null;
  }>(
    `query ($id: ID!) {
      node(id: $id) { ... on PullRequest {
        timelineItems(itemTypes: [ADDED_TO_MERGE_QUEUE_EVENT], last: 1) {
          nodes { ... on AddedToMergeQueueEvent { actor { __typename login } } }
        }
      } }
    }`,
    { id },
  );
  return loginOf(node?.timelineItems.nodes[0]?.actor);
}
