import type { MergeRequest } from './mergeRequests';

/** GitLab is still finding out, so it is asked again at once. */
const unknown = new Set([
  ...['unchecked', 'checking', 'preparing', 'approvals_syncing'],
  // Its own word for commits that it has not taken note of.
  'commits_status',
]);

/** What base has must be in the branch first, or the two do not fit: rendered again on the new base. */
const outdated = new Set(['conflict', 'need_rebase', 'broken_status']);

const sentences: Record<string, string> = {
  ci_still_running: 'Waits for its pipeline on GitLab.',
  ci_must_pass: 'Its pipeline must pass on GitLab.',
  not_approved: 'Waits for an approval on GitLab.',
  requested_changes:
    'A reviewer asked for changes on GitLab. It waits until they approve, or somebody discards it.',
  discussions_not_resolved: 'Waits until all threads are resolved on GitLab.',
  draft_status: 'Is a draft on GitLab.',
  merge_request_blocked: 'Waits for another merge request on GitLab.',
  status_checks_must_pass: 'Waits for status checks on GitLab.',
  security_policy_violations: 'Violates a security policy of GitLab.',
  security_policy_pipeline_check:
    'Waits for the pipelines of a security policy of GitLab.',
  jira_association_missing: 'GitLab wants a Jira issue named in its title.',
  locked_paths: 'GitLab has a lock on one of its paths.',
  locked_lfs_files: 'GitLab has a lock on one of its files.',
  merge_time: 'GitLab is told not to merge it before a time.',
  title_regex: 'Its title is not as GitLab wants it.',
};

export type Standing =
  | { is: 'unknown' }
  | { is: 'outdated' }
  /** A sentence for the timeline. */
  | { is: 'waiting'; message: string; checking?: true };

/**
 * Why GitLab does not merge it. Pure. Source: `detailed_merge_status` on
 * GitLab's page on the merge requests API.
 *
 * @param refusal - GitLab's own words, where the status does not tell
 */
export function waitsFor(found: MergeRequest, refusal: string): Standing {
  const status = found.detailed_merge_status ?? '';
  if (unknown.has(status)) return { is: 'unknown' };
  if (outdated.has(status)) return { is: 'outdated' };
  const said = sentences[status] ?? `GitLab says: ${refusal}`;
  const pipeline = /^ci_/.test(status) && found.head_pipeline;
  return {
    is: 'waiting',
    message: pipeline ? waitsForPipeline(pipeline, said) : said,
    // Whether people must look too is told once it is over.
    ...(status === 'ci_still_running' && { checking: true }),
  };
}

export function waitsForPipeline(
  { status, web_url }: NonNullable<MergeRequest['head_pipeline']>,
  said = sentences.ci_still_running,
): string {
  return `${said} It is ${status}: ${web_url}`;
}
