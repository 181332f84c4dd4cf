import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import { thawsAt } from '../schedule/freeze';
import { line, type WriteContext, type WriteResult } from './writeResult';

/** It waits, and the timeline tells when the reason is a new one. */
export function waiting(
  context: WriteContext,
  reason: Reason,
): Extract<WriteResult, { result: 'waiting' }> {
  const { change, revision } = context;
  const news =
    change.state !== 'waiting' || change.reason?.message !== reason.message;
  return {
    result: 'waiting',
    change: { ...change, state: 'waiting', reason, checking: false },
    until: Math.min(revision.judgeAt ?? Infinity, thawsAt(reason)),
    lines: news
      ? [
          line(context, 'waitingForApproval', {
            reason,
            needed: change.approvalsNeeded,
            whom: change.ownerRef,
          }),
        ]
      : [],
  };
}
