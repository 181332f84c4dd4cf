import type { Verdict } from '@gitops-events/plugin-gitops-events-common';

type Mode = 'observe' | 'propose' | 'auto';

export interface MergeQuestion {
  /** Of the sensor. */
  mode: Mode;
  /** The most that the target allows; undefined without a target. */
  targetMode?: Mode;
  /** Approvals that the target asks for, whatever else is so. */
  targetApprovals?: number;
  /** Whether the owner's boundary lets its changes merge themselves. */
  boundaryMerge: boolean;
  verdicts: readonly Verdict[];
  /** What the step's `merge.when` came to; undefined without one. */
  whenResult?: boolean;
}

/** Whether a change merges without a person; else each reason why not, for its page. */
export function mayMergeItself(question: MergeQuestion): {
  merges: boolean;
  reasons: string[];
} {
  const { mode, targetMode, targetApprovals = 0 } = question;
  const { boundaryMerge, verdicts, whenResult } = question;
  const reasons: string[] = [];
  if (mode !== 'auto') reasons.push('Its sensor only proposes changes.');
  if (targetMode !== undefined && targetMode !== 'auto') {
    reasons.push('Changes to its target need a person.');
  }
  if (targetApprovals > 0) {
    reasons.push(
      `Changes to its target need ${targetApprovals === 1 ? 'an approval' : `${targetApprovals} approvals`}.`,
    );
  }
  if (!boundaryMerge) {
    reasons.push("Its owner's boundary does not let changes merge themselves.");
  }
  if (whenResult === false) reasons.push('Its `merge.when` is not true.');
  for (const { check, verdict, reasons: why } of verdicts) {
    if (verdict !== 'pass') reasons.push([`${check}:`, ...why].join(' '));
  }
  return { merges: reasons.length === 0, reasons };
}
