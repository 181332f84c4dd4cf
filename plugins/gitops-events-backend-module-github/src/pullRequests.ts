import { InputError, NotFoundError } from '@backstage/errors';
import type {
  ChangeHost,
  PullRequest,
} from '@gitops-events/plugin-gitops-events-node';
import { sentenceOf, statusOf } from './answeredError';
import type { Branches } from './branches';
import type { Connection } from './connection';

/** What we read of GitHub's pull request; the list has all of it. */
export interface GithubPull {
  number: number;
  html_url: string;
  state: string;
  title: string;
  body: string | null;
  merged_at: string | null;
  merge_commit_sha: string | null;
  head: { ref: string; sha: string; repo: { id: number } | null };
  base: { ref: string; repo: { id: number } };
  labels: Array<{ name: string }>;
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

export async function openPull(
  connection: Connection,
  branches: Branches,
  request: Parameters<ChangeHost['propose']>[0],
): Promise<GithubPull> {
  const { branch, base, labels } = request;
  const pull =
    (await newestPull(connection, branch)) ??
    (await create(connection, branches, request));
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
  if (pull.state === 'open' && pull.base.ref !== base) {
    throw new InputError(
      `Pull request #${pull.number} was pointed at ${pull.base.ref}. Point it at ${base} again, or close it.`,
    );
  }
  return pull;
}

async function create(
  connection: Connection,
  branches: Branches,
  { branch, base, title, body }: Parameters<ChangeHost['propose']>[0],
): Promise<GithubPull> {
  const { octokit, name, repository } = connection;
  try {
    const { data } = await octokit.rest.pulls.create({
      ...{ ...name, head: branch, base, title, body },
    });
    return data;
  } catch (refusal) {
    if (statusOf(refusal) !== 422) throw refusal;
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
    if (/No commits between/i.test((refusal as Error).message)) throw refusal;
    // Both are there: GitHub has not taken note of them everywhere.
    throw new Error(
      `GitHub does not open a pull request yet: ${sentenceOf(refusal)}`,
    );
  }
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
  const by =
    state === 'open' ? undefined : await endedBy(connection, pull.number);
  return {
    ...{ number: pull.number, url: pull.html_url, state, title: pull.title },
    ...{ branch: pull.head.ref, base: pull.base.ref, head: pull.head.sha },
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
  { octokit, name }: Connection,
  number: number,
): Promise<string> {
  const { data } = await octokit.rest.issues.get({
    ...name,
    issue_number: number,
  });
  return data.closed_by?.login ?? 'somebody';
}
