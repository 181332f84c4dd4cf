import type { LoggedCommit } from '@gitops-events/plugin-gitops-events-node';
import type { Connection } from './connection';

const PAGE = 100;

/** The newest commits that `head` has, itself first, by pages as far as that with `until`. */
export async function readLog(
  { octokit, name }: Connection,
  { head, until, atMost }: { head: string; until?: string; atMost: number },
): Promise<LoggedCommit[]> {
  const found: LoggedCommit[] = [];
  for (let page = 1; found.length < atMost; page++) {
    const { data } = await octokit.rest.repos.listCommits({
      ...{ ...name, sha: head, page, per_page: PAGE },
    });
    for (const { sha, commit } of data) {
      found.push({ id: sha, message: commit.message });
    }
    if (data.length < PAGE || data.some(({ sha }) => sha === until)) break;
  }
  return found.slice(0, atMost);
}
