import type { Actor } from './answer';
import type { PullStore, StoredPull } from './pullStore';
import { refusal } from './refusal';
import { refusalOf, type Rules } from './rules';

export const nodeIdOf = ({ number }: Pick<StoredPull, 'number'>) =>
  `PR_${number}`;

/** GraphQL: what a pull request waits for, drafts and the merge queue. */
export function pullFields(options: {
  pulls: PullStore;
  rules: Rules;
  actor: Actor;
}) {
  const { pulls, rules, actor } = options;
  const find = (id: string) => {
    const found = pulls.all.find(pull => nodeIdOf(pull) === id);
    if (found) return found;
    throw refusal(
      'NOT_FOUND',
      `Could not resolve to a node with the global id of '${id}'`,
    );
  };
  return {
    node: ({ id }: { id: string }) => view(find(id), pulls, rules),
    markPullRequestReadyForReview({
      input,
    }: {
      input: { pullRequestId: string };
    }) {
      find(input.pullRequestId).draft = false;
      return { clientMutationId: null };
    },
    enqueuePullRequest({
      input,
    }: {
      input: { pullRequestId: string; expectedHeadOid?: string };
    }) {
      const pull = find(input.pullRequestId);
      if (!rules.mergeQueue) {
        throw refusal('UNPROCESSABLE', 'The merge queue is not enabled');
      }
      if (input.expectedHeadOid !== pull.headSha) {
        throw refusal('STALE_DATA', 'The head branch was modified');
      }
      if (pull.queuedBy) {
        throw refusal('UNPROCESSABLE', 'The pull request is already queued');
      }
      Object.assign(pull, {
        ...{ queuedBy: actor.login, enqueuedBy: actor.login },
        takenOut: undefined,
      });
      return { clientMutationId: null };
    },
  };
}

function view(pull: StoredPull, pulls: PullStore, rules: Rules) {
  const { queuedBy, reviewers } = pull;
  const queue = pulls.all.filter(one => one.queuedBy);
  return {
    __typename: 'PullRequest',
    mergeStateStatus: async () =>
      rules.behind || (rules.strict && (await pulls.isBehind(pull)))
        ? 'BEHIND'
        : mergeStateStatus(rules),
    reviewDecision: rules.review ?? null,
    isMergeQueueEnabled: rules.mergeQueue ?? false,
    mergeQueueEntry: queuedBy
      ? { position: queue.indexOf(pull) + 1, state: 'QUEUED' }
      : null,
    latestOpinionatedReviews: {
      nodes: rules.reviewer
        ? [{ state: rules.review, author: user(rules.reviewer) }]
        : [],
    },
    reviewRequests: {
      nodes: reviewers.map(one => ({
        requestedReviewer: one.includes('/')
          ? { __typename: 'Team', combinedSlug: one }
          : user(one),
      })),
    },
    timelineItems: ({ itemTypes, last }: TimelineAsked) => ({
      nodes: timeline(pull)
        .filter(({ item }) => itemTypes.includes(item))
        .slice(-last),
    }),
    commits: { nodes: [{ commit: { statusCheckRollup: rollup(rules) } }] },
  };
}

interface TimelineAsked {
  itemTypes: string[];
  last: number;
}

/** What was done to it, oldest first. */
function timeline({ enqueuedBy, takenOut, madeDraftBy }: StoredPull) {
  const act = (
    item: string,
    __typename: string,
    by: string | undefined,
    at = new Date(),
  ) =>
    by
      ? [{ item, __typename, createdAt: at.toISOString(), actor: user(by) }]
      : [];
  return [
    ...act('CONVERT_TO_DRAFT_EVENT', 'ConvertToDraftEvent', madeDraftBy),
    ...act('ADDED_TO_MERGE_QUEUE_EVENT', 'AddedToMergeQueueEvent', enqueuedBy),
    ...act(
      ...([
        'REMOVED_FROM_MERGE_QUEUE_EVENT',
        'RemovedFromMergeQueueEvent',
      ] as const),
      ...([takenOut?.by, takenOut?.at] as const),
    ),
  ];
}

function rollup({ checks, checksHidden }: Rules) {
  return () => {
    if (checksHidden) {
      throw refusal('FORBIDDEN', 'Resource not accessible by integration');
    }
    return {
      contexts: {
        nodes: Object.entries(checks).map(([name, conclusion]) => ({
          __typename: 'CheckRun',
          ...{ name, conclusion, isRequired: true },
        })),
      },
    };
  };
}

function mergeStateStatus(rules: Rules): string {
  return refusalOf(rules) ? 'BLOCKED' : 'CLEAN';
}

/** A bot's login ends in `[bot]` everywhere but here. */
function user(login: string) {
  return login.endsWith('[bot]')
    ? { __typename: 'Bot', login: login.replace('[bot]', '') }
    : { __typename: 'User', login };
}
