import type { Actor } from './answer';
import type { BareRepository } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { identities } from './gitRoutes';

export interface StoredPull {
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  merged: boolean;
  mergeCommit: string | null;
  closedBy: string | null;
  headRef: string;
  headSha: string;
  baseRef: string;
  labels: string[];
  openedBy: string;
  draft: boolean;
  /** Logins, and teams as `acme/platform`. */
  reviewers: string[];
  comments: string[];
  /** Who put it into the merge queue, as long as it is there. */
  queuedBy?: string;
  /** Who put it there last. */
  enqueuedBy?: string;
  /** Who took it out of the merge queue since. */
  takenOut?: { by: string; at: Date };
  /** Who turned it into a draft last. */
  madeDraftBy?: string;
}

/** Pull requests as GitHub keeps them: they follow their branches. */
export class PullStore {
  readonly all: StoredPull[] = [];
  /** GitHub takes note of moved branches a moment later; while this is set, not at all. */
  lagging = false;
  private readonly checked = new Map<number, string>();

  constructor(private readonly repository: BareRepository) {}

  /** Whether base and head can be merged. */
  async fits(pull: StoredPull): Promise<boolean> {
    const base = (await this.repository.branches()).get(pull.baseRef)!;
    return (await this.repository.mergeTrees(base, pull.headSha)) !== undefined;
  }

  /** Whether base has what its branch has not. */
  async isBehind(pull: StoredPull): Promise<boolean> {
    const base = (await this.repository.branches()).get(pull.baseRef);
    return (
      base !== undefined &&
      !(await this.repository.isAncestor(base, pull.headSha))
    );
  }

  /** In one of the ways that GitHub has; undefined for a conflict. */
  async merge(
    pull: StoredPull,
    options: {
      how: 'merge' | 'squash' | 'rebase';
      actor: Actor;
      message: string;
    },
  ): Promise<string | undefined> {
    const { repository } = this;
    const { how, actor, message } = options;
    const base = (await repository.branches()).get(pull.baseRef)!;
    const tree = await repository.mergeTrees(base, pull.headSha);
    if (!tree) return undefined;
    const { author, committer } = identities({}, actor);
    const head = await repository.commit(pull.headSha);
    const commit = await repository.writeCommit(
      {
        tree,
        parents: how === 'merge' ? [base, pull.headSha] : [base],
        // A rebase keeps the message of the commit.
        message: how === 'rebase' ? head.message : message,
      },
      author,
      committer,
    );
    await repository.updateRefs([
      { name: `refs/heads/${pull.baseRef}`, before: base, after: commit },
    ]);
    Object.assign(pull, {
      ...{ state: 'closed', merged: true, mergeCommit: commit },
      closedBy: actor.login,
    });
    return commit;
  }

  /** @param actor - who moved branches since the last look */
  async refresh(actor: string): Promise<void> {
    const open = this.all.filter(({ state }) => state === 'open');
    if (open.length === 0 || this.lagging) return;
    const branches = await this.repository.branches();
    for (const pull of open) {
      const head = branches.get(pull.headRef);
      const base = branches.get(pull.baseRef);
      const end = (merged: boolean) =>
        Object.assign(pull, {
          ...{ state: 'closed', closedBy: actor, merged },
          mergeCommit: merged ? pull.headSha : null,
        });
      // A push takes it out of the merge queue.
      if (head && head !== pull.headSha) pull.queuedBy = undefined;
      if (head) pull.headSha = head;
      if (!base) end(false);
      else if (this.checked.get(pull.number) !== `${base} ${pull.headSha}`) {
        this.checked.set(pull.number, `${base} ${pull.headSha}`);
        if (await this.repository.isAncestor(pull.headSha, base)) end(true);
      }
      if (!head && pull.state === 'open') end(false);
    }
  }
}
