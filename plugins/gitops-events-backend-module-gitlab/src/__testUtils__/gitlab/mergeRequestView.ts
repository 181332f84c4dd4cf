import type { BareRepository } from '@gitops-events/plugin-gitops-events-node/testUtils';
import type { StoredMergeRequest } from './mergeRequestStore';
import { account } from './projectRoutes';
import type { Rules } from './rules';

/** Why it is not merged. Source: `detailed_merge_status` on GitLab's page on the merge requests API. */
export async function mergeStatus(
  repository: BareRepository,
  rules: Rules,
  found: StoredMergeRequest,
): Promise<string> {
  if (found.state !== 'opened') return 'not_open';
  if (isDraft(found)) return 'draft_status';
  if (rules.status) return rules.status;
  const base = (await repository.branches()).get(found.target);
  if (!base) return 'commits_status';
  const isBehind = !(await repository.isAncestor(base, found.sha));
  if (rules.method !== 'merge' && isBehind) return 'need_rebase';
  const fits = await repository.mergeTrees(base, found.sha);
  return fits ? 'mergeable' : 'conflict';
}

export function isDraft({ title }: StoredMergeRequest): boolean {
  return /^(draft:|\[draft\]|\(draft\))/i.test(title);
}

/** As in the examples of GitLab's page, as far as it matters. */
export async function mergeRequestView(
  { repository, rules, url }: ViewOptions,
  found: StoredMergeRequest,
) {
  if (rules.unchecked > 0) rules.unchecked--;
  const person = (name: string | null) => (name ? account(name) : null);
  return {
    ...{ id: 1000 + found.iid, iid: found.iid, project_id: 1 },
    ...{ title: found.title, description: found.description },
    ...{ state: found.state, draft: isDraft(found) },
    created_at: '2026-01-01T00:00:00.000Z',
    ...{ source_branch: found.source, target_branch: found.target },
    ...{ source_project_id: 1, target_project_id: 1, sha: found.sha },
    merge_commit_sha: found.mergeCommit,
    squash_commit_sha: found.squashCommit,
    labels: found.labels,
    author: account('gitops-bot'),
    reviewers: found.reviewers.map(account),
    closed_by: person(found.closedBy),
    merge_user: person(found.mergedBy),
    detailed_merge_status:
      rules.unchecked > 0
        ? 'unchecked'
        : await mergeStatus(repository, rules, found),
    head_pipeline: rules.pipeline ?? null,
    web_url: `${url}/-/merge_requests/${found.iid}`,
  };
}

export interface ViewOptions {
  repository: BareRepository;
  rules: Rules;
  /** Where people find the project. */
  url: string;
}
