import { createHash } from 'node:crypto';

/** A change is named after the effects of its first revision, and keeps that name. 32 hex digits. */
export function changeIdOf(effectIds: string[]): string {
  return createHash('sha256')
    .update([...effectIds].sort().join('\n'))
    .digest('hex')
    .slice(0, 32);
}

/** What the branches of changes begin with. */
export const BRANCHES = 'gitops-events/';

/** The branch of a change; nothing that a user wrote is part of it. */
export function branchOf(changeId: string): string {
  return `${BRANCHES}${changeId.slice(0, 16)}`;
}

/** Whether a branch is named as only we do it. */
export function isOurBranch(branch: string): boolean {
  return /^gitops-events\/[0-9a-f]{16}$/.test(branch);
}

/** Digest over the members of a change, told in its commit, so that the list in the portal can be checked. */
export function membersDigest(effectIds: string[]): string {
  return createHash('sha256')
    .update(effectIds.join('\n'))
    .digest('hex')
    .slice(0, 16);
}
