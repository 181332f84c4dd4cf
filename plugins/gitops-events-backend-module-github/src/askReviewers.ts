import { statusOf } from './answeredError';
import type { Connection } from './connection';
import type { GithubPull } from './pullRequests';

/** Requests that this may take: all at once, then each alone. */
export function asksOf(reviewers: string[]): number {
  return reviewers.length > 1 ? reviewers.length + 1 : reviewers.length;
}

/**
 * Asks those for a review who were not asked yet. A name that GitHub does not
 * know in this repository refuses the whole request, so then each is asked
 * alone; whom it does not know must not hold a change up.
 *
 * @param reviewers - as in CODEOWNERS: `@pia`, `@acme/platform`
 */
export async function askReviewers(
  connection: Connection,
  pull: GithubPull,
  reviewers: string[],
): Promise<void> {
  const { octokit, name } = connection;
  const { owner } = name;
  const asked = new Set([
    ...(pull.requested_reviewers ?? []).map(it => it.login.toLowerCase()),
    ...(pull.requested_teams ?? []).map(it =>
      `${owner}/${it.slug}`.toLowerCase(),
    ),
    // Nobody reviews what they opened themselves.
    pull.user?.login.toLowerCase(),
  ]);
  const missing = reviewers
    .filter(reviewer => reviewer.startsWith('@'))
    .map(reviewer => reviewer.slice(1))
    .filter(reviewer => !asked.has(reviewer.toLowerCase()));
  if (missing.length === 0) return;

  const ask = async (logins: string[]) => {
    try {
      await octokit.rest.pulls.requestReviewers({
        ...{ ...name, pull_number: pull.number },
        reviewers: logins.filter(login => !login.includes('/')),
        team_reviewers: logins
          .filter(login =>
            login.toLowerCase().startsWith(`${owner}/`.toLowerCase()),
          )
          .map(login => login.split('/')[1]),
      });
      return true;
    } catch (refusal) {
      if (statusOf(refusal) !== 422) throw refusal;
      return false;
    }
  };
  if ((await ask(missing)) || missing.length === 1) return;
  for (const login of missing) await ask([login]);
}
