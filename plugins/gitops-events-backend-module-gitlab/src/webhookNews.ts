import type { WebhookNews } from '@gitops-events/plugin-gitops-events-node';

type News = Omit<WebhookNews, 'delivery'>;

interface Payload {
  object_kind?: string;
  ref?: string;
  project?: { id?: number; web_url?: string };
  merge_request?: Ends | null;
  object_attributes?: Ends & { ref?: string; status?: string };
}

interface Ends {
  source_branch?: string;
  source_project_id?: number;
  target_project_id?: number;
}

/** What a pipeline is when nothing of it is still to come. */
const ended = ['success', 'failed', 'canceled', 'skipped'];

/** Where to look after an event of GitLab. Pure. Source: GitLab's page on webhook events. */
export function newsOf(said: unknown): News {
  const nothing: News = { changes: [], pushed: [] };
  const payload = (said ?? {}) as Payload;
  const repository = payload.project?.web_url;
  if (typeof repository !== 'string') return nothing;
  const at = (branch: unknown): News =>
    typeof branch === 'string'
      ? { ...nothing, changes: [{ repository, branch }] }
      : nothing;
  /** Our branches are of this project, not of a fork. */
  const ofMergeRequest = (ends: Ends | null | undefined): News =>
    ends && ends.source_project_id === ends.target_project_id
      ? at(ends.source_branch)
      : nothing;

  switch (payload.object_kind) {
    case 'push': {
      const branch = /^refs\/heads\/(.+)$/.exec(`${payload.ref}`)?.[1];
      return branch ? { ...at(branch), pushed: [repository] } : nothing;
    }
    case 'merge_request':
      return ofMergeRequest(payload.object_attributes);
    case 'pipeline': {
      const { status, ref } = payload.object_attributes ?? {};
      if (!ended.includes(`${status}`)) return nothing;
      return payload.merge_request
        ? ofMergeRequest(payload.merge_request)
        : at(ref);
    }
    default:
      return nothing;
  }
}
