import type { PullRequest } from '@gitops-events/plugin-gitops-events-node';
import type { Change } from '../store/changeRow';
import { line, type WriteContext, type WriteResult } from './writeResult';

/** Looks whether a person closed it, merged it, moved its branch, or pointed it at another base. */
export async function personEnded(
  context: WriteContext,
): Promise<WriteResult | undefined> {
  const { host, change } = context;
  const pull = await host.get(change.repository, change.branch);
  if (!pull) return undefined;
  const ended = endOf(context, pull);
  if (ended) return ended;
  if (pull.base !== change.base) return pointedElsewhere(change, pull);
  return change.headCommit !== undefined && pull.head !== change.headCommit
    ? takenOver(change)
    : undefined;
}

/** What became of a pull request that is not open any more. */
export function endOf(
  context: WriteContext,
  pull: PullRequest,
): WriteResult | undefined {
  const by = pull.endedBy;
  if (pull.state === 'merged') {
    return {
      result: 'ended',
      end: 'merged',
      mergeCommit: pull.mergeCommit,
      by,
      lines: [
        line(context, 'merged', {
          commit: pull.mergeCommit,
          rule: by ? 'merged by hand' : 'every check passed',
          by,
        }),
      ],
    };
  }
  if (pull.state === 'closed') {
    return {
      result: 'ended',
      end: 'discarded',
      by,
      reason: {
        code: 'closed',
        message: `${by ?? 'Somebody'} closed pull request #${pull.number} unmerged.`,
      },
      lines: [],
    };
  }
  return undefined;
}

export function takenOver(change: Change): WriteResult {
  return {
    result: 'held',
    reason: {
      code: 'takenOver',
      message: `Somebody else moved branch ${change.branch}; their commits are kept and we stop writing. Merge or close the pull request there, or discard this run.`,
    },
  };
}

/** It was judged for its base; another one may be no business of its owner. */
function pointedElsewhere(change: Change, pull: PullRequest): WriteResult {
  return {
    result: 'held',
    reason: {
      code: 'pointedElsewhere',
      message: `Somebody pointed pull request #${pull.number} at ${pull.base}; it was judged for ${change.base} and we stop writing. Point it back and release, or discard this run.`,
    },
  };
}
