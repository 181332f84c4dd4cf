import type { WebhookNews } from '@gitops-events/plugin-gitops-events-node';

type News = Omit<WebhookNews, 'delivery'>;

interface Payload {
  action?: string;
  state?: string;
  ref?: string;
  repository?: { id?: number; html_url?: string };
  pull_request?: { head?: { ref?: string; repo?: { id?: number } | null } };
  check_suite?: { head_branch?: string | null };
  branches?: Array<{ name?: string }>;
}

/**
 * Where to look after an event of GitHub. Pure. Single runs of checks are left
 * out: their suite tells when all have ended, and each look has its price.
 */
export function newsOf(event: string, said: unknown): News {
  const nothing: News = { changes: [], pushed: [] };
  const payload = (said ?? {}) as Payload;
  const repository = payload.repository?.html_url;
  if (typeof repository !== 'string') return nothing;
  const at = (...branches: unknown[]): News => ({
    ...nothing,
    changes: branches
      .filter(branch => typeof branch === 'string')
      .map(branch => ({ repository, branch })),
  });

  switch (event) {
    case 'push': {
      const branch = /^refs\/heads\/(.+)$/.exec(`${payload.ref}`)?.[1];
      return branch ? { ...at(branch), pushed: [repository] } : nothing;
    }
    case 'pull_request':
    case 'pull_request_review': {
      const { ref, repo } = payload.pull_request?.head ?? {};
      // Our branches are of this repository, not of a fork.
      return repo?.id === payload.repository?.id ? at(ref) : nothing;
    }
    case 'check_suite':
      return payload.action === 'completed'
        ? at(payload.check_suite?.head_branch)
        : nothing;
    case 'status':
      return payload.state === 'pending'
        ? nothing
        : at(...list(payload.branches).map(branch => branch?.name));
    case 'merge_group':
      return { ...nothing, changes: [{ repository }] };
    default:
      return nothing;
  }
}

function list<T>(value: T[] | undefined): T[] {
  return Array.isArray(value) ? value : [];
}
