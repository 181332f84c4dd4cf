import type { Connection } from './connection';
import { isOpen, readMergeRequest } from './mergeRequests';
import { hasMergeTrains, isOnMergeTrain } from './mergeTrain';
import { waitsFor } from './waitsFor';

/** Questions alone. What GitLab is still finding out waits as before. */
export async function isBlocked(
  connection: Connection,
  number: number,
): Promise<{ message?: string } | undefined> {
  const found = await readMergeRequest(connection, number);
  const status = found.detailed_merge_status;
  if (!isOpen(found) || !status) return undefined;
  if (
    (await hasMergeTrains(connection)) &&
    (await isOnMergeTrain(connection, number))
  ) {
    return {};
  }
  if (status === 'mergeable') return undefined;
  const standing = waitsFor(found, `Its status is ${status}.`);
  if (standing.is === 'outdated') return undefined;
  return standing.is === 'waiting' ? { message: standing.message } : {};
}
