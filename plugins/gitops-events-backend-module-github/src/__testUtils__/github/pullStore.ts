import type { BareRepository } from '@gitops-events/plugin-gitops-events-node/testUtils';

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
}

/** Pull requests as GitHub keeps them: they follow their branches. */
export class PullStore {
  readonly all: StoredPull[] = [];
  /** GitHub takes note of moved branches a moment later; while this is set, not at all. */
  lagging = false;
  private readonly checked = new Map<number, string>();

  constructor(private readonly repository: BareRepository) {}

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
