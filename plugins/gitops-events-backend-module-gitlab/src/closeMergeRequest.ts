import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import { commentOnce } from './commentOnce';
import type { Connection } from './connection';
import { pushBranch } from './git/gitRemote';
import {
  isOpen,
  readMergeRequest,
  updateMergeRequest,
  type MergeRequest,
} from './mergeRequests';

/** The reason is said first, so that it is there when it is closed; both are looked at before. */
export async function closeMergeRequest(
  connection: Connection,
  ourselves: () => Promise<string>,
  { number, reason }: Parameters<ChangeHost['close']>[0],
): Promise<MergeRequest> {
  let found = await readMergeRequest(connection, number);
  if (isOpen(found)) {
    await commentOnce(connection, {
      ...{ number, key: 'closed', text: `Closed: ${reason}` },
    });
    found = await updateMergeRequest(connection, number, {
      state_event: 'close',
    });
  }
  if (
    found.state === 'closed' &&
    found.closed_by?.username === (await ourselves())
  ) {
    await removeBranch(connection, found);
  }
  return found;
}

/** Of one that we ended, only as we know it: what a person pushed since stays. */
export async function removeBranch(
  { git }: Connection,
  { source_branch: branch, sha, ...found }: MergeRequest,
): Promise<void> {
  if (found.source_project_id !== found.target_project_id || !sha) return;
  await pushBranch(git, branch, sha, undefined);
}
