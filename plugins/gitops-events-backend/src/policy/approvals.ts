import {
  whyNotCounted,
  type Involved,
  type Involvement,
  type Verdict,
} from '@gitops-events/plugin-gitops-events-common';

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

/** Those of this very content, each person once, with why one does not count: four eyes. */
export function judgeApprovals<
  T extends { by: string; diffHash: string },
>(options: {
  approvals: readonly T[];
  diffHash: string;
  involved: readonly Involved[];
}): Array<T & { notCounted?: Involvement }> {
  const { approvals, diffHash, involved } = options;
  const judged = new Map<string, T & { notCounted?: Involvement }>();
  for (const approval of approvals) {
    if (approval.diffHash !== diffHash || judged.has(approval.by)) continue;
    const notCounted = whyNotCounted(approval.by, involved);
    judged.set(approval.by, { ...approval, ...(notCounted && { notCounted }) });
  }
  return [...judged.values()];
}
