import { setTimeout as sleep } from 'node:timers/promises';
import { NotFoundError } from '@backstage/errors';
import type { PullRequest } from '@gitops-events/plugin-gitops-events-node';
import type { Connection } from './connection';
import { readHeads } from './git/gitRemote';
import {
  isOpen,
  mergeCommitOf,
  readMergeRequest,
  type MergeRequest,
} from './mergeRequests';
import { titleOf } from './plainText';

/** How often an open one without its branch is looked at before it counts as closed. */
const LOOKS = 3;

export interface ViewOptions {
  settleMs: number;
  /** The name that our credentials have. */
  ourselves(): Promise<string>;
}

/**
 * As the core sees it. The head of an open one is that of its branch, which Git
 * shows at once, while GitLab takes note of it a moment later.
 *
 * @throws NotFoundError where base is gone: GitLab leaves it open.
 */
export async function viewMergeRequest(
  connection: Connection,
  seen: MergeRequest,
  { settleMs, ourselves }: ViewOptions,
): Promise<PullRequest> {
  let found = seen;
  for (let look = 0; isOpen(found); look++) {
    const { source_branch: branch, target_branch: base } = found;
    const heads = await readHeads(connection.git, [branch, base]);
    const head = heads.get(branch);
    if (!heads.has(base)) {
      throw new NotFoundError(
        `The branch ${JSON.stringify(base)} of ${connection.repository} is gone; push it again and release, or close merge request !${found.iid}`,
      );
    }
    if (head) return { ...plain(found), state: 'open', head };
    if (look === LOOKS) {
      return { ...plain(found), state: 'closed', endedBy: 'somebody' };
    }
    // Whoever deleted it, GitLab closes it, or knows that it was merged.
    if (look > 0) await sleep(settleMs);
    found = await readMergeRequest(connection, found.iid);
  }
  const isMerged = found.state === 'merged';
  const by = isMerged ? found.merge_user : found.closed_by;
  const name = by?.username ?? 'somebody';
  return {
    ...plain(found),
    state: isMerged ? 'merged' : 'closed',
    ...(isMerged && { mergeCommit: mergeCommitOf(found) }),
    ...(name !== (await ourselves()) && { endedBy: name }),
  };
}

function plain(found: MergeRequest): Omit<PullRequest, 'state'> {
  return {
    ...{ number: found.iid, url: found.web_url },
    ...{ branch: found.source_branch, base: found.target_branch },
    head: found.sha ?? '',
    title: found.draft ? titleOf(found.title, false) : found.title,
    draft: Boolean(found.draft) && isOpen(found),
  };
}
