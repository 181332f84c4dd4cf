import type { OpenPull } from '@gitops-events/plugin-gitops-events-node';
import { z } from 'zod';
import type { Connection } from './connection';

const person = z.object({ username: z.string() });

/** What we read of a merge request; lists have all of it. */
export const mergeRequestSchema = z.object({
  iid: z.number(),
  web_url: z.string(),
  /** `opened`, `closed`, `merged`; `locked` while it is being merged. */
  state: z.string(),
  title: z.string(),
  description: z.string().nullish(),
  draft: z.boolean().optional(),
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.number().nullable(),
  target_project_id: z.number(),
  /** The head of the branch that GitLab has taken note of. */
  sha: z.string().nullable(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  labels: z.array(z.string()),
  author: person.nullish(),
  reviewers: z.array(person).nullish(),
  closed_by: person.nullish(),
  merge_user: person.nullish(),
  /** Why it is not merged; source: GitLab's page on the merge requests API. */
  detailed_merge_status: z.string().optional(),
  /** Of one that is asked for alone. */
  head_pipeline: z
    .object({ status: z.string(), web_url: z.string() })
    .nullish(),
});

export type MergeRequest = z.infer<typeof mergeRequestSchema>;

/** The newest of a branch of this very project, not of a fork. */
export async function newestMergeRequest(
  { api }: Connection,
  branch: string,
): Promise<MergeRequest | undefined> {
  const found = await api(
    'GET',
    'merge_requests',
    z.array(mergeRequestSchema),
    {
      source_branch: branch,
      ...{ state: 'all', scope: 'all', order_by: 'created_at', sort: 'desc' },
      per_page: 20,
    },
  );
  return found.find(it => it.source_project_id === it.target_project_id);
}

const PAGE = 100;
const listedSchema = mergeRequestSchema.extend({ created_at: z.string() });

/** Those that are open, of branches of this very project whose names begin so. */
export async function openMergeRequests(
  { api }: Connection,
  prefix: string,
): Promise<OpenPull[]> {
  const open: Array<z.infer<typeof listedSchema>> = [];
  for (let page = 1; open.length === (page - 1) * PAGE; page++) {
    const some = await api('GET', 'merge_requests', z.array(listedSchema), {
      ...{ state: 'opened', scope: 'all', order_by: 'created_at' },
      ...{ sort: 'asc', page, per_page: PAGE },
    });
    open.push(...some);
  }
  return open
    .filter(
      it =>
        it.source_branch.startsWith(prefix) &&
        it.source_project_id === it.target_project_id,
    )
    .map(({ iid, source_branch: branch, title, created_at: at }) => ({
      ...{ number: iid, branch, title, openedAt: Date.parse(at) },
    }));
}

export function readMergeRequest(
  { api }: Connection,
  number: number,
): Promise<MergeRequest> {
  return api('GET', `merge_requests/${number}`, mergeRequestSchema);
}

export function updateMergeRequest(
  { api }: Connection,
  number: number,
  changes: Record<string, unknown>,
): Promise<MergeRequest> {
  return api('PUT', `merge_requests/${number}`, mergeRequestSchema, changes);
}

export function isOpen({ state }: MergeRequest): boolean {
  return state === 'opened' || state === 'locked';
}

/**
 * The commit on base that carries it: by the project's merge method a merge
 * commit, the squashed one, or the branch's own.
 */
export function mergeCommitOf(merged: MergeRequest): string {
  return (merged.merge_commit_sha ||
    merged.squash_commit_sha ||
    merged.sha) as string;
}
