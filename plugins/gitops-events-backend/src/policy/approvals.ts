import type { Verdict } from '@gitops-events/plugin-gitops-events-common';

/**
 * How many people must approve a change before it may merge: none when it merges
 * itself, else what its steps ask for, and at least one where a check asks for a person.
 */
export function approvalsNeeded(options: {
  mergesItself: boolean;
  /** `merge.approvals` of each step in it. */
  asked: readonly number[];
  verdicts: readonly Verdict[];
}): number {
  if (options.mergesItself) return 0;
  const review = options.verdicts.some(({ verdict }) => verdict === 'review');
  return Math.max(review ? 1 : 0, ...options.asked);
}

/** Those that count: of this very content, each person once, and not of who asked for it. */
export function countingApprovals<
  T extends { by: string; diffHash: string },
>(options: {
  approvals: readonly T[];
  diffHash: string;
  /** Users behind the events of the change. */
  requesters: readonly string[];
}): T[] {
  const { approvals, diffHash, requesters } = options;
  const counted = new Map<string, T>();
  for (const approval of approvals) {
    const counts =
      approval.diffHash === diffHash && !requesters.includes(approval.by);
    if (counts && !counted.has(approval.by)) counted.set(approval.by, approval);
  }
  return [...counted.values()];
}
