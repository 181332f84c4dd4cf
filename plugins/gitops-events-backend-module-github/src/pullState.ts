import { isGraphqlRefusal } from './answeredError';
import type { Connection } from './connection';

/** What GitHub knows about why a pull request is not merged. */
export interface PullState {
  /** `BEHIND`, `BLOCKED`, `CLEAN` and so on; source: `MergeStateStatus` of the GraphQL schema. */
  mergeStateStatus: string;
  reviewDecision: 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null;
  isMergeQueueEnabled: boolean;
  mergeQueueEntry: { position: number; state: string } | null;
  /** Who turned it into a draft last, and who put it into the merge queue or took it out last. */
  drafted?: PersonAct;
  queued?: PersonAct;
  /** Whose last word is that something must change. */
  changesAskedBy: string[];
  /** Who was asked for a review: `pia`, `acme/platform`. */
  reviewers: string[];
  /** Checks that must pass before a merge, and have not. */
  checks: Array<{ name: string; failed: boolean; running: boolean }>;
}

/** What somebody did, as GitHub tells it. */
export interface PersonAct {
  what: string;
  /** Milliseconds since the epoch. */
  at: number;
  by: string;
}

interface Act {
  __typename: string;
  createdAt: string;
  actor: { __typename: string; login: string } | null;
}

interface Answer {
  node: {
    mergeStateStatus: string;
    reviewDecision: PullState['reviewDecision'];
    isMergeQueueEnabled: boolean;
    mergeQueueEntry: PullState['mergeQueueEntry'];
    drafted: { nodes: Act[] } | null;
    queued: { nodes: Act[] } | null;
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
      drafted: timelineItems(itemTypes: [CONVERT_TO_DRAFT_EVENT], last: 1) {
        nodes { __typename ... on ConvertToDraftEvent { createdAt actor { __typename login } } }
      }
      queued: timelineItems(itemTypes: [ADDED_TO_MERGE_QUEUE_EVENT, REMOVED_FROM_MERGE_QUEUE_EVENT], last: 1) {
        nodes {
          __typename
          ... on AddedToMergeQueueEvent { createdAt actor { __typename login } }
          ... on RemovedFromMergeQueueEvent { createdAt actor { __typename login } }
        }
      }
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
const running = [undefined, null, 'PENDING'];
/** Nobody has begun it. */
const expected = 'EXPECTED';

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
    drafted: actOf(node.drafted?.nodes[0]),
    queued: actOf(node.queued?.nodes[0]),
    changesAskedBy: (node.latestOpinionatedReviews?.nodes ?? [])
      .filter(({ state }) => state === 'CHANGES_REQUESTED')
      .map(({ author }) => author?.login ?? 'somebody'),
    reviewers: (node.reviewRequests?.nodes ?? []).flatMap(
      ({ requestedReviewer: it }) => it?.login ?? it?.combinedSlug ?? [],
    ),
    checks: checks.map(({ name, result }) => ({
      name,
      failed: ![...running, expected].includes(result),
      running: running.includes(result),
    })),
  };
}

function actOf(act: Act | undefined): PersonAct | undefined {
  return (
    act && {
      what: act.__typename,
      at: Date.parse(act.createdAt),
      by: loginOf(act.actor) ?? 'Somebody',
    }
  );
}

/** In GraphQL GitHub leaves the end of a bot's login away. */
export function loginOf(
  actor: { __typename: string; login: string } | null | undefined,
): string | undefined {
  return actor?.__typename === 'Bot' && !actor.login.endsWith('[bot]')
    ? `${actor.login}[bot]`
    : actor?.login;
}
