import {
  combineVerdicts,
  type Reason,
} from '@gitops-events/plugin-gitops-events-common';
import { sayAll } from '../policy/deniedBy';
import type { Change, ChangeRevision } from '../store/changeRow';

export type MergeDecision =
  | { decision: 'merge'; rule: string; by?: string }
  | {
      decision: 'close';
      /** The person who asked for it. */
      by?: string;
      comment?: string;
      end: 'discarded' | 'cancelled' | 'failed' | 'superseded';
    }
  | { decision: 'wait'; reason: Reason };

/**
 * Whether an open pull request may be merged now. Pure.
 *
 * Verdicts and approvals are of the very content sealed in `revision`; a person
 * who asked to merge is heard only where the approvals suffice.
 *
 * @param approvals - how many people other than the requester approved this content
 * @param frozen - why it may not merge itself now; a person may merge it all the same
 */
export function decideMerge(options: {
  change: Pick<Change, 'mode' | 'approvalsNeeded' | 'asked'>;
  revision: Pick<ChangeRevision, 'verdicts' | 'mergesItself'>;
  approvals: number;
  frozen?: Reason;
}): MergeDecision {
  const { change, revision, approvals, frozen } = options;
  const { asked } = change;
  const isFrozen = frozen !== undefined && asked?.what !== 'merge';
  if (asked?.what === 'close' || asked?.what === 'cancel') {
    return {
      decision: 'close',
      by: asked.by,
      ...(asked.comment && { comment: asked.comment }),
      end: asked.end ?? (asked.what === 'cancel' ? 'cancelled' : 'discarded'),
    };
  }

  const { verdicts } = revision;
  const combined = combineVerdicts(verdicts);
  if (combined === 'deny') {
    return wait(
      'policy',
      `Policy does not let it merge. ${sayAll(verdicts, 'deny')}`,
    );
  }
  if (combined === 'cannot') {
    return wait(
      'policy',
      `A check could not judge it, so nothing merges. ${sayAll(verdicts, 'cannot')} It is asked again by itself; if it stays so, mend the check or close the pull request.`,
    );
  }
  if (change.mode === 'auto' && revision.mergesItself) {
    if (isFrozen) return { decision: 'wait', reason: frozen };
    return { decision: 'merge', rule: 'every check passed' };
  }
  const missing = change.approvalsNeeded - approvals;
  if (missing > 0) {
    return wait(
      'approval',
      missing === 1
        ? 'Waits for an approval.'
        : `Waits for ${missing} approvals.`,
    );
  }
  if (asked?.what === 'merge') {
    return {
      decision: 'merge',
      rule: 'approved, asked to merge',
      by: asked.by,
    };
  }
  // Where no approval is asked for, nobody has looked yet.
  if (approvals === 0) return wait('merge', 'Waits for somebody to merge it.');
  if (isFrozen && change.mode === 'auto') {
    return { decision: 'wait', reason: frozen };
  }
  return change.mode === 'auto'
    ? { decision: 'merge', rule: 'approved' }
    : wait('merge', 'Approved. Waits for somebody to merge it.');
}

/** Whether nothing of ours is missing, so that a draft is made ready: checks passed, approvals are there. Pure. */
export function isReady(decision: MergeDecision): boolean {
  return (
    decision.decision === 'merge' ||
    (decision.decision === 'wait' &&
      !['policy', 'approval'].includes(decision.reason.code))
  );
}

function wait(code: string, message: string): MergeDecision {
  return { decision: 'wait', reason: { code, message } };
}
