import {
  notCountedInWords,
  whyNotCounted,
  type ChangeView,
} from '@gitops-events/plugin-gitops-events-common';

/** Whether the next step is ours, and so a matter of seconds. */
export function isChangeMoving(change: ChangeView): boolean {
  return ['sealed', 'committed', 'proposed'].includes(change.state);
}

/** Approvals of the present content from people who had no part in the change. */
export function countedApprovals({ approvals }: ChangeView): number {
  return approvals.filter(({ notCounted }) => !notCounted).length;
}

/**
 * Why a change cannot be approved or merged as it stands; undefined when it can.
 *
 * @param me - entity reference of the reader, once it is known
 */
export function changeObstacles(
  change: ChangeView,
  me?: string,
): {
  approve?: string;
  merge?: string;
  close?: string;
} {
  if (change.state === 'ended') {
    const ended = 'It has ended; nothing can be decided any more.';
    return { approve: ended, merge: ended, close: ended };
  }
  if (change.direct) {
    const direct = 'It goes to its base without a pull request.';
    return { approve: direct, merge: direct };
  }
  if (!change.pullRequest) {
    const early = 'Its pull request is not open yet.';
    return { approve: early, merge: early, close: early };
  }
  const denied = change.verdicts.find(({ verdict }) => verdict === 'deny');
  const unknown = change.verdicts.find(({ verdict }) => verdict === 'cannot');
  const missing = change.approvalsNeeded - countedApprovals(change);
  if (denied) {
    return {
      approve: `Policy “${denied.check}” denied it. Amend the request, or close this change.`,
      merge: `Policy “${denied.check}” denied it.`,
    };
  }
  if (unknown) {
    return {
      merge: `Check “${unknown.check}” could not run, and a check that cannot run lets nothing through.`,
    };
  }
  if (missing > 0) {
    const own = me && whyNotCounted(me, change.involved);
    return {
      ...(own && { approve: notCountedInWords(own) }),
      merge: `It needs ${missing === 1 ? 'one more approval' : `${missing} more approvals`}.`,
    };
  }
  return {
    approve:
      change.approvalsNeeded === 0
        ? 'It needs no approval.'
        : 'It has all the approvals it needs.',
  };
}
