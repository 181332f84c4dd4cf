import { isGraphqlRefusal } from './answeredError';
import type { Connection } from './connection';

/** What GitHub knows about why a pull request is not merged. */
export interface PullState {
  /** `BEHIND`, `BLOCKED`, `CLEAN` and so on; source: `MergeStateStatus` of the GraphQL schema. */
  mergeStateStatus: string;
  reviewDecision: 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null;
  isMergeQueueEnabled: boolean;
  mergeQueueEntry: { position: number; state: string } | null;
  /** Whose last word is that something must change. */
  changesAskedBy: string[];
  /** Who was asked for a review: `pia`, `acme/platform`. */
  reviewers: string[];
  /** Checks that must pass before a merge, and have not. */
  checks: Array<{ name: string; failed: boolean }>;
}

interface Answer {
  node: {
    mergeStateStatus: string;
    reviewDecision: PullState['reviewDecision'];
    isMergeQueueEnabled: boolean;
    mergeQueueEntry: PullState['mergeQueueEntry'];
    latestOpinionatedReviews: {
      nodes: Array<{ state: string; author: { login: string } | null }>;
    } | null;
    reviewRequests: {
      nodes: Array<{
        requestedReviewer: { login?: string; combinedSlug?: string } | null;
      }>;
    } | null;
    commits: {
      nodes: Array<{
        commit: { statusCheckRollup: { contexts: { nodes: Check[] } } | null };
      }>;
    } | null;
  } | null;
}

interface Check {
  name?: string;
  context?: string;
  conclusion?: string | null;
  state?: string;
  isRequired: boolean;
}

const query = `query ($id: ID!) {
  node(id: $id) {
    ... on PullRequest {
      mergeStateStatus reviewDecision isMergeQueueEnabled
      mergeQueueEntry { position state }
      latestOpinionatedReviews(first: 50) { nodes { state author { login } } }
      reviewRequests(first: 50) {
        nodes { requestedReviewer { ... on User { login } ... on Team { combinedSlug } } }
      }
      commits(last: 1) {
        nodes { commit { statusCheckRollup { contexts(first: 100) { nodes {
          ... on CheckRun { name conclusion isRequired(pullRequestId: $id) }
          ... on StatusContext { context state isRequired(pullRequestId: $id) }
        } } } } }
      }
    }
  }
}`;

const good = ['SUCCESS', 'NEUTRAL', 'SKIPPED'];
const running = [undefined, null, 'PENDING', 'EXPECTED'];

/** One request. What the credentials may not see of it, such as checks, is taken as nothing. */
export async function readPullState(
  { octokit }: Connection,
  id: string,
): Promise<PullState | undefined> {
  const { node } = await octokit.graphql<Answer>(query, { id }).catch(error => {
    const partial = isGraphqlRefusal(error) && (error.data as Answer);
    if (partial) return partial;
    throw error;
  });
  if (!node?.mergeStateStatus) return undefined;
  const checks = (node.commits?.nodes ?? [])
    .flatMap(({ commit }) => commit.statusCheckRollup?.contexts.nodes ?? [])
    .filter(check => check?.isRequired)
    .map(({ name, context, conclusion, state }) => ({
      name: name ?? context ?? 'a check',
      result: name === undefined ? state : conclusion,
    }))
    .filter(({ result }) => !good.includes(result ?? ''));
  return {
    mergeStateStatus: node.mergeStateStatus,
    reviewDecision: node.reviewDecision,
    isMergeQueueEnabled: node.isMergeQueueEnabled,
    mergeQueueEntry: node.mergeQueueEntry,
    changesAskedBy: (node.latestOpinionatedReviews?.nodes ?? [])
      .filter(({ state }) => state === 'CHANGES_REQUESTED')
      .map(({ author }) => author?.login ?? 'somebody'),
    reviewers: (node.reviewRequests?.nodes ?? []).flatMap(
      ({ requestedReviewer: it }) => it?.login ?? it?.combinedSlug ?? [],
    ),
    checks: checks.map(({ name, result }) => ({
      name,
      failed: !running.includes(result),
    })),
  };
}
