import type { GithubServer } from './githubServer';
import type { StoredPull } from './pullStore';

const dana = { login: 'dana', isApp: false };

/** What people do on GitHub's pages. */
export class People {
  constructor(private readonly server: GithubServer) {}

  async merge(
    branch: string,
    how: 'merge' | 'squash' | 'rebase',
  ): Promise<string> {
    const pull = await this.pullOf(branch);
    const { number, title } = pull;
    const message = `${title} (#${number})`;
    const merged = await this.server.pulls.merge(pull, {
      ...{ how, actor: dana, message },
    });
    if (!merged) throw new Error('conflict');
    return merged;
  }

  async close(branch: string): Promise<void> {
    Object.assign(await this.pullOf(branch), {
      ...{ state: 'closed', closedBy: dana.login },
    });
  }

  async reopen(branch: string): Promise<void> {
    Object.assign(await this.pullOf(branch), { state: 'open', closedBy: null });
  }

  async pointAt(branch: string, base: string): Promise<void> {
    (await this.pullOf(branch)).baseRef = base;
  }

  /** With the button for it, which points open pull requests at the new name. */
  async rename(branch: string, to: string): Promise<void> {
    const { pulls, repository } = this.server;
    const after = (await repository.branches()).get(branch)!;
    await repository.updateRefs([{ name: `refs/heads/${to}`, after }]);
    for (const pull of pulls.all.filter(({ state }) => state === 'open')) {
      if (pull.baseRef === branch) pull.baseRef = to;
    }
    const gone = '0'.repeat(40);
    await repository.updateRefs([
      { name: `refs/heads/${branch}`, before: after, after: gone },
    ]);
  }

  async retitle(branch: string, title: string): Promise<void> {
    (await this.pullOf(branch)).title = title;
  }

  async makeReady(branch: string): Promise<void> {
    (await this.pullOf(branch)).draft = false;
  }

  async makeDraft(branch: string): Promise<void> {
    Object.assign(await this.pullOf(branch), {
      ...{ draft: true, madeDraftBy: dana.login },
    });
  }

  /** Out of the merge queue. */
  async takeOut(branch: string): Promise<void> {
    Object.assign(await this.pullOf(branch), {
      queuedBy: undefined,
      takenOut: { by: dana.login, at: new Date() },
    });
  }

  /** What is in the merge queue is merged, in its order, by GitHub itself. */
  async mergeQueued(): Promise<void> {
    const { pulls } = this.server;
    for (const pull of pulls.all.filter(it => it.queuedBy)) {
      await pulls.merge(pull, {
        how: 'squash',
        actor: { login: 'github-merge-queue[bot]', isApp: true },
        message: `${pull.title} (#${pull.number})`,
      });
      pull.queuedBy = undefined;
    }
  }

  private async pullOf(branch: string): Promise<StoredPull> {
    await this.server.pulls.refresh(dana.login);
    const found = this.server.pulls.all.findLast(it => it.headRef === branch);
    if (!found) throw new Error(`no pull request of ${branch}`);
    return found;
  }
}
