import { InputError, NotFoundError } from '@backstage/errors';
import type {
  ChangeHost,
  OpenPull,
  PullRequest,
} from '@gitops-events/plugin-gitops-events-node';
import { refusedFor, sentenceOf, statusOf } from './answeredError';
import { askReviewers } from './askReviewers';
import type { Branches } from './branches';
import type { Connection } from './connection';
import { enqueuedBy, QUEUE_LOGIN } from './mergeQueue';

/** What we read of GitHub's pull request; the list has all of it. */
export interface GithubPull {
  number: number;
  node_id: string;
  html_url: string;
  state: string;
  title: string;
  body: string | null;
  merged_at: string | null;
  merge_commit_sha: string | null;
  head: { ref: string; sha: string; repo: { id: number } | null };
  base: { ref: string; repo: { id: number } };
  labels: Array<{ name: string }>;
  draft?: boolean;
  user: { login: string } | null;
  requested_reviewers?: Array<{ login: string }> | null;
  requested_teams?: Array<{ slug: string }> | null;
}

/** The newest of a branch of this very repository, not of a fork. */
export async function newestPull(
  { octokit, name }: Connection,
  branch: string,
): Promise<GithubPull | undefined> {
  const { data } = await octokit.rest.pulls.list({
    ...name,
    head: `${name.owner}:${branch}`,
    state: 'all',
    sort: 'created',
    direction: 'desc',
    per_page: 10,
  });
  return data.find(
    ({ head, base }) => !head.repo || head.repo.id === base.repo.id,
  );
}

/** Those that are open, of branches of this very repository whose names begin so. */
export async function openPulls(
  { octokit, name }: Connection,
  prefix: string,
): Promise<OpenPull[]> {
  const open = await octokit.paginate(octokit.rest.pulls.list, {
    ...name,
    state: 'open',
    per_page: 100,
  });
  return open
    .filter(
      ({ head, base }) =>
        head.ref.startsWith(prefix) && head.repo?.id === base.repo.id,
    )
    .map(({ number, head, title, created_at: at }) => ({
      ...{ number, branch: head.ref, title, openedAt: Date.parse(at) },
    }));
}

export async function openPull(
  connection: Connection,
  branches: Branches,
  request: Parameters<ChangeHost['propose']>[0],
): Promise<GithubPull> {
  const { branch, base, labels, reviewers = [] } = request;
  const found =
    (await newestPull(connection, branch)) ??
    (await create(connection, branches, request));
  if (found.state === 'open' && found.base.ref !== base) {
    throw new InputError(
      `Pull request #${found.number} was pointed at ${found.base.ref}. Point it at ${base} again, or close it.`,
    );
  }
  const described = await describe(connection, found, request);
  const pull = await readyWhereAsked(connection, described, request);
  const missing = labels.filter(
    label => !pull.labels.some(({ name }) => name === label),
  );
  if (pull.state === 'open' && missing.length > 0) {
    await connection.octokit.rest.issues.addLabels({
      ...connection.name,
      issue_number: pull.number,
      labels: missing,
    });
  }
  if (pull.state === 'open') await askReviewers(connection, pull, reviewers);
  return pull;
}

/** A newer run replaced the content: the text follows. */
async function describe(
  { octokit, name }: Connection,
  pull: GithubPull,
  { title, body }: Parameters<ChangeHost['propose']>[0],
): Promise<GithubPull> {
  const isSame = pull.title === title && (pull.body ?? '') === body;
  if (pull.state !== 'open' || isSame) return pull;
  const { data } = await octokit.rest.pulls.update({
    ...{ ...name, pull_number: pull.number, title, body },
  });
  return data;
}

async function readyWhereAsked(
  connection: Connection,
  pull: GithubPull,
  { draft }: Parameters<ChangeHost['propose']>[0],
): Promise<GithubPull> {
  if (draft !== false || !pull.draft || pull.state !== 'open') return pull;
  await makeReady(connection, pull.node_id);
  return { ...pull, draft: false };
}

/** A draft that is ready already is no error to GitHub. */
export async function makeReady(
  { octokit }: Connection,
  id: string,
): Promise<void> {
  await octokit.graphql(
    `mutation ($id: ID!) {
      markPullRequestReadyForReview(input: { pullRequestId: $id }) { clientMutationId }
    }`,
    { id },
  );
}

async function create(
  connection: Connection,
  branches: Branches,
  request: Parameters<ChangeHost['propose']>[0],
): Promise<GithubPull> {
  const { octokit, name, repository } = connection;
  const { branch, base, title, body, draft = false } = request;
  try {
    const { data } = await octokit.rest.pulls.create({
      ...{ ...name, head: branch, base, title, body, draft },
    });
    return data;
  } catch (refusal) {
    if (statusOf(refusal) !== 422) throw refusal;
    // Private repositories of some plans have none.
    if (
      draft &&
      /draft pull requests are not supported/i.test(sentenceOf(refusal))
    ) {
      return create(connection, branches, { ...request, draft: false });
    }
    // Somebody was faster, or our own first try was, whose answer was lost.
    const pull = await newestPull(connection, branch);
    if (pull) return pull;
    for (const needed of [base, branch]) {
      if (!(await branches.head(connection, needed))) {
        throw new NotFoundError(
          `There is no branch ${JSON.stringify(needed)} in ${repository}`,
        );
      }
    }
    if (!isAboutBranches(refusal)) throw refusal;
    // Both are there: GitHub has not taken note of them everywhere.
    throw new Error(
      `GitHub does not open a pull request yet: ${sentenceOf(refusal)}`,
    );
  }
}

/** Whatever else GitHub finds wrong, such as a text that is too long, stays wrong. */
function isAboutBranches(refusal: unknown): boolean {
  return refusedFor(refusal).some(
    ({ field, message = '' }) =>
      field === 'head' ||
      field === 'base' ||
      /refs are readable|already exists/i.test(message),
  );
}

/**
 * As the core sees it.
 *
 * @param ourselves - the login that our credentials act as
 */
export async function viewPull(
  connection: Connection,
  pull: GithubPull,
  ourselves: () => Promise<string>,
): Promise<PullRequest> {
  const state = stateOf(pull);
  const by = state === 'open' ? undefined : await endedBy(connection, pull);
  return {
    ...{ number: pull.number, url: pull.html_url, state, title: pull.title },
    ...{ branch: pull.head.ref, base: pull.base.ref, head: pull.head.sha },
    draft: Boolean(pull.draft) && state === 'open',
    ...(state === 'merged' && { mergeCommit: pull.merge_commit_sha! }),
    ...(state !== 'open' && by !== (await ourselves()) && { endedBy: by }),
  };
}

function stateOf({ merged_at, state }: GithubPull): PullRequest['state'] {
  if (merged_at) return 'merged';
  return state === 'open' ? 'open' : 'closed';
}

/** A pull request is an issue too, which names who closed or merged it. */
async function endedBy(
  connection: Connection,
  { number, node_id }: GithubPull,
): Promise<string> {
  const { octokit, name } = connection;
  const { data } = await octokit.rest.issues.get({
    ...name,
    issue_number: number,
  });
  const login = data.closed_by?.login ?? 'somebody';
  // A queue merges for whoever put it there.
  return login === QUEUE_LOGIN
    ? ((await enqueuedBy(connection, node_id)) ?? login)
    : login;
}
