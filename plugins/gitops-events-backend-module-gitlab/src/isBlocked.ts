import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { Connection } from './connection';
import { isOpen, readMergeRequest } from './mergeRequests';
import { keptBack } from './keptBack';
import { hasMergeTrains, isOnMergeTrain } from './mergeTrain';
import { waitsFor } from './waitsFor';

/** Questions alone. What GitLab is still finding out waits as before. */
export async function isBlocked(
  connection: Connection,
  { number, heed }: Parameters<NonNullable<ChangeHost['blocked']>>[0],
): ReturnType<NonNullable<ChangeHost['blocked']>> {
  const found = await readMergeRequest(connection, number);
  const status = found.detailed_merge_status;
  if (!isOpen(found) || !status) return undefined;
  const hasTrains = await hasMergeTrains(connection);
  if (hasTrains && (await isOnMergeTrain(connection, number))) {
    return { checking: true };
  }
  if (heed && (found.draft || hasTrains)) {
    const kept = await keptBack(connection, found, heed);
    if (kept) return { message: kept };
  }
  // One of ours is made ready by merging it.
  if (found.draft && status === 'draft_status') return undefined;
  if (status === 'mergeable') return undefined;
  const standing = waitsFor(found, `Its status is ${status}.`);
  if (standing.is === 'outdated') return undefined;
  if (standing.is === 'unknown') return {};
  const { message, checking } = standing;
  return { message, checking };
}
