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
  const ended = await endOf(context, pull);
  if (ended) return ended;
  if (pull.base !== change.base) return pointedElsewhere(change, pull);
  return change.headCommit !== undefined && pull.head !== change.headCommit
    ? takenOver(context)
    : undefined;
}

/** What became of a pull request that is not open any more. */
export async function endOf(
  context: WriteContext,
  pull: PullRequest,
): Promise<WriteResult | undefined> {
  if (pull.state === 'open') return undefined;
  const ended = ending(context, pull);
  return (await isOfEarlier(context, pull))
    ? { ...ended, earlier: true }
    : ended;
}

/** Whether it ended with the content of older runs, before it had that of the newer ones. */
async function isOfEarlier(
  { change, revision, hasNewcomers }: WriteContext,
  pull: PullRequest,
): Promise<boolean> {
  const hasIt =
    change.state !== 'sealed' && pull.head !== revision.expectedHead;
  return !hasIt && hasNewcomers();
}

function ending(
  context: WriteContext,
  pull: PullRequest,
): Extract<WriteResult, { result: 'ended' }> {
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

export async function takenOver({
  host,
  change,
}: WriteContext): Promise<WriteResult> {
  const { repository, branch } = change;
  // It is theirs, whether or not the host tells whose.
  const by = await host.pushedBy?.(repository, branch).catch(() => undefined);
  return {
    result: 'held',
    reason: {
      code: 'takenOver',
      message: `${by ?? 'Somebody else'} moved branch ${branch}; their commits are kept and we stop writing. Merge or close the pull request there, or discard this run.`,
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
