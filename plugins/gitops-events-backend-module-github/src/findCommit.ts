import type { Connection } from './connection';

const PAGE = 100;

/** The newest commit that `head` has and `since` has not, in whose message this is a line. */
export async function findCommit(
  { octokit, name }: Connection,
  { head, since, line }: { head: string; since: string; line: string },
): Promise<string | undefined> {
  let found: string | undefined;
  for (let page = 1, left = Infinity; left > 0; page++) {
    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
      ...name,
      basehead: `${since}...${head}`,
      ...{ page, per_page: PAGE },
    });
    // Oldest first.
    for (const { sha, commit } of data.commits) {
      if (commit.message.split('\n').includes(line)) found = sha;
    }
    left = data.commits.length && data.total_commits - page * PAGE;
  }
  return found;
}
