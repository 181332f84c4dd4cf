import type { Verdict } from '@gitops-events/plugin-gitops-events-common';

/**
 * How many people must approve a change before it may merge: none when it merges
 * itself, else the most that its steps, its targets and the checks ask for. A
 * check that asks for a person without a number asks for one.
 */
export function approvalsNeeded(options: {
  mergesItself: boolean;
  /** `merge.approvals` of each step in it. */
  asked: readonly number[];
  /** `approvals` of each of their targets. */
  targets: readonly number[];
  verdicts: readonly Verdict[];
}): number {
  if (options.mergesItself) return 0;
  const reviews = options.verdicts
    .filter(({ verdict }) => verdict === 'review')
    .map(({ approvals = 1 }) => approvals);
  return Math.max(0, ...reviews, ...options.targets, ...options.asked);
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
