import type { BareRepository } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { StoredMergeRequest } from './mergeRequestStore';

/** `merge`: a merge commit; `ff`: fast-forward only; source: `merge_method` of GitLab's projects API. */
export type MergeMethod = 'merge' | 'ff' | 'rebase_merge';

export interface HowToMerge {
  method: MergeMethod;
  squash: boolean;
  by: string;
  message: string;
}

/** What GitLab does to the repository and writes down when it merges. Source: its `FromSourceBranch` strategy. */
export async function merge(
  repository: BareRepository,
  found: StoredMergeRequest,
  { method, squash, by, message }: HowToMerge,
): Promise<string> {
  const base = (await repository.branches()).get(found.target)!;
  const who = { name: by, email: `${by}@example.com` };
  const tree = (await repository.mergeTrees(base, found.sha))!;
  let tip = found.sha;
  if (squash) {
    // One commit with the content of the branch, where the branch began.
    const commit = await repository.commit(found.sha);
    tip = await repository.writeCommit(
      { tree: commit.tree, parents: commit.parents, message },
      who,
      who,
    );
    found.squashCommit = tip;
  }
  if (method !== 'ff') {
    tip = await repository.writeCommit(
      { tree, parents: [base, tip], message },
      who,
      who,
    );
    found.mergeCommit = tip;
  }
  const name = `refs/heads/${found.target}`;
  await repository.updateRefs([{ name, before: base, after: tip }]);
  Object.assign(found, { state: 'merged', mergedBy: by });
  return tip;
}

/** The commit of the branch made anew on base, as GitLab's rebase does. */
export async function rebase(
  repository: BareRepository,
  found: StoredMergeRequest,
  by: string,
): Promise<void> {
  const base = (await repository.branches()).get(found.target)!;
  const tree = (await repository.mergeTrees(base, found.sha))!;
  const who = { name: by, email: `${by}@example.com` };
  const { message } = await repository.commit(found.sha);
  const after = await repository.writeCommit(
    { tree, parents: [base], message },
    who,
    who,
  );
  const name = `refs/heads/${found.source}`;
  await repository.updateRefs([{ name, before: found.sha, after }]);
  found.sha = after;
}
