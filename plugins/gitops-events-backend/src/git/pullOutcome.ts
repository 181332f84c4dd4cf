import { presentTime } from '../presentTime';
import { contains, mergeBase } from './ancestry';
import { runGit } from './gitProcess';
import type { GitRepository } from './gitRepository';
import { mergeTrees } from './mergeTrees';
import type { PullRecord } from './pullRecords';

/** Always the head that was proposed, also after its branch is gone. */
export function pullHeadRef(number: number): string {
  return `refs/pull/${number}/head`;
}

/** The merge that was prepared; in base: it happened. */
export function pullMergeRef(number: number): string {
  return `refs/pull/${number}/merge`;
}

/**
 * What became of an open pull request by way of the repository itself: our own
 * merge whose record a crash cut off, or a person who merged, moved or deleted
 * a branch with git. Returns the record as it was when nothing did.
 */
export async function pullOutcome(
  repository: GitRepository,
  record: PullRecord,
): Promise<PullRecord> {
  if (record.state !== 'open') return record;
  const head = await repository.head(record.branch);
  const baseHead = await repository.head(record.base);
  const ended = { ...record, endedAt: new Date(presentTime()).toISOString() };

  if (baseHead) {
    const prepared = await repository.refs.read(pullMergeRef(record.number));
    if (prepared && (await contains(repository, baseHead, prepared))) {
      return { ...ended, state: 'merged', mergeCommit: prepared };
    }
    if (await contains(repository, baseHead, record.head)) {
      const by = await mergedByHand(repository, record, baseHead);
      return { ...ended, state: 'merged', ...by };
    }
  }
  if (!head) {
    const endedBy = 'somebody who deleted the branch';
    return { ...ended, state: 'closed', endedBy };
  }
  if (head === record.head) return record;
  if (baseHead && (await contains(repository, baseHead, head))) {
    return (await hasContentOf(repository, baseHead, record.head))
      ? {
          ...ended,
          state: 'merged',
          mergeCommit: head,
          endedBy: `somebody who pushed to ${record.base}`,
        }
      : {
          ...ended,
          state: 'closed',
          endedBy: `somebody who set the branch back to ${record.base}`,
        };
  }
  return { ...record, head };
}

/** The commit on base that brought the head, and who made it. */
async function mergedByHand(
  repository: GitRepository,
  { head, base }: PullRecord,
  baseHead: string,
): Promise<{ mergeCommit: string; endedBy: string }> {
  const { stdout } = await runGit(
    repository.directory,
    ['rev-list', '--first-parent', '--ancestry-path', '--stdin'],
    `${baseHead}\n^${head}\n`,
  );
  const oldest = stdout.trim().split('\n').at(-1);
  if (oldest) {
    const { parents, committer } = await repository.commit(oldest);
    if (parents[0] !== head) return { mergeCommit: oldest, endedBy: committer };
  }
  return { mergeCommit: head, endedBy: `somebody who pushed to ${base}` };
}

/** Whether merging `head` would change nothing: it was rebased or picked. */
async function hasContentOf(
  repository: GitRepository,
  baseHead: string,
  head: string,
): Promise<boolean> {
  const ancestor = await mergeBase(repository, baseHead, head);
  if (!ancestor) return false;
  const { tree } = await repository.commit(baseHead);
  const merged = await mergeTrees(
    {
      ancestor: (await repository.commit(ancestor)).tree,
      ours: tree,
      theirs: (await repository.commit(head)).tree,
    },
    repository.loadTree,
  );
  return merged?.tree === tree;
}
