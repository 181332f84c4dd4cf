import type { BareRepository } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { merge, rebase } from './merging';
import type {
  MergeRequestStore,
  StoredMergeRequest,
} from './mergeRequestStore';

/** What people do on the pages of GitLab. */
export class People {
  constructor(
    private readonly repository: BareRepository,
    private readonly mergeRequests: MergeRequestStore,
  ) {}

  /** Returns the newest commit on base. */
  async merge(
    branch: string,
    how: 'merge' | 'squash' | 'rebase',
  ): Promise<string> {
    const found = await this.find(branch);
    if (how === 'rebase') await rebase(this.repository, found, 'dana');
    return merge(this.repository, found, {
      method: how === 'rebase' ? 'ff' : 'merge',
      squash: how === 'squash',
      ...{ by: 'dana', message: `Merge branch '${branch}'` },
    });
  }

  /** The train is there: whoever put it on it has merged it. */
  async trainArrives(branch: string): Promise<string> {
    const found = await this.find(branch);
    const by = found.boardedBy;
    if (!by) throw new Error(`${branch} is on no train`);
    const message = `Merge branch '${branch}'`;
    return merge(this.repository, found, {
      ...{ method: 'merge', squash: true, by, message },
    });
  }

  async close(branch: string): Promise<void> {
    const found = await this.find(branch);
    Object.assign(found, { state: 'closed', closedBy: 'dana' });
  }

  async reopen(branch: string): Promise<void> {
    const found = await this.find(branch);
    Object.assign(found, { state: 'opened', closedBy: null });
  }

  async pointAt(branch: string, base: string): Promise<void> {
    (await this.find(branch)).target = base;
  }

  /** GitLab has no button for it: another one is made, and the old one deleted. */
  async rename(branch: string, to: string): Promise<void> {
    const after = (await this.repository.branches()).get(branch)!;
    const gone = '0'.repeat(40);
    await this.repository.updateRefs([
      { name: `refs/heads/${to}`, after },
      { name: `refs/heads/${branch}`, before: after, after: gone },
    ]);
  }

  async retitle(branch: string, title: string): Promise<void> {
    (await this.find(branch)).title = title;
  }

  /** The button takes the mark of drafts from the title. */
  async makeReady(branch: string): Promise<void> {
    const found = await this.find(branch);
    found.title = found.title.replace(/^Draft: /, '');
  }

  async makeDraft(branch: string): Promise<void> {
    const found = await this.find(branch);
    found.title = `Draft: ${found.title}`;
    note(found, 'marked this merge request as **draft**');
  }

  /** Off the merge train. */
  async takeOut(branch: string): Promise<void> {
    const found = await this.find(branch);
    found.boardedBy = null;
    note(found, 'removed this merge request from the merge train');
  }

  private async find(branch: string): Promise<StoredMergeRequest> {
    await this.mergeRequests.refresh('dana');
    return this.mergeRequests.all.findLast(it => it.source === branch)!;
  }
}

/** What GitLab itself says on a merge request about what people did. */
function note({ systemNotes }: StoredMergeRequest, body: string): void {
  systemNotes.push({ body, author: 'dana', at: new Date().toISOString() });
}
