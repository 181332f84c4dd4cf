import type { BareRepository } from '@gitops-events/plugin-gitops-events-node/testUtils';

export interface StoredMergeRequest {
  iid: number;
  title: string;
  description: string;
  state: 'opened' | 'closed' | 'merged';
  source: string;
  target: string;
  /** The head that GitLab has taken note of. */
  sha: string;
  mergeCommit: string | null;
  squashCommit: string | null;
  labels: string[];
  reviewers: string[];
  closedBy: string | null;
  mergedBy: string | null;
  notes: string[];
  /** What GitLab says by itself, oldest first. */
  systemNotes: Array<{ body: string; author: string; at: string }>;
  /** Who put it on a merge train. */
  boardedBy: string | null;
}

/** Merge requests as GitLab keeps them: they follow their branches. Source: its `MergeRequests::RefreshService`. */
export class MergeRequestStore {
  readonly all: StoredMergeRequest[] = [];
  /** GitLab takes note of moved branches a moment later; while this is set, not at all. */
  lagging = false;
  private readonly checked = new Map<number, string>();

  constructor(private readonly repository: BareRepository) {}

  find(iid: string | number): StoredMergeRequest | undefined {
    return this.all[Number(iid) - 1];
  }

  /** @param actor - who moved branches since the last look */
  async refresh(actor: string): Promise<void> {
    const open = this.all.filter(({ state }) => state === 'opened');
    if (open.length === 0 || this.lagging) return;
    const branches = await this.repository.branches();
    for (const found of open) {
      const head = branches.get(found.source);
      const base = branches.get(found.target);
      if (head && head !== found.sha) {
        if (found.sha) {
          const at = new Date().toISOString();
          const body = 'added 1 commit\n\n<ul><li>By hand</li></ul>';
          found.systemNotes.push({ body, author: actor, at });
        }
        found.sha = head;
        // A push takes it off the train.
        found.boardedBy = null;
      }
      const seen = `${base} ${found.sha}`;
      if (base && this.checked.get(found.iid) !== seen) {
        this.checked.set(found.iid, seen);
        if (await this.repository.isAncestor(found.sha, base)) {
          const merged = { state: 'merged', mergedBy: actor } as const;
          Object.assign(found, { ...merged, mergeCommit: found.sha });
        }
      }
      if (!head && found.state === 'opened') {
        Object.assign(found, { state: 'closed', closedBy: actor });
      }
    }
  }
}
