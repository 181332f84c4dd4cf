import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import { statusOf } from './answeredError';
import type { Branches } from './branches';
import type { Connection } from './connection';
import { tidy } from './mergePull';
import type { GithubPull } from './pullRequests';

/** Closes it with its reason in one request, so that a second one finds nothing to do. */
export async function closePull(
  connection: Connection,
  branches: Branches,
  ourselves: () => Promise<string>,
  { number, reason }: Parameters<ChangeHost['close']>[0],
): Promise<GithubPull> {
  const { octokit, name } = connection;
  const read = async () =>
    (await octokit.rest.pulls.get({ ...name, pull_number: number })).data;
  let pull = await read();
  if (pull.state === 'open') {
    try {
      await octokit.rest.pulls.update({
        ...{ ...name, pull_number: number, state: 'closed' },
        body: `${pull.body ?? ''}\n\n---\nClosed: ${reason}\n`,
      });
    } catch (refusal) {
      // Merged meanwhile.
      if (statusOf(refusal) !== 422) throw refusal;
    }
    pull = await read();
  }
  if (pull.state !== 'open' && !pull.merged_at) {
    const { data } = await octokit.rest.issues.get({
      ...name,
      issue_number: number,
    });
    if (data.closed_by?.login === (await ourselves())) {
      await tidy(connection, branches, number);
    }
  }
  return pull;
}
