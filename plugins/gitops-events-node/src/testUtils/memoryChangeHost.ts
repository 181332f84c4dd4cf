import { InputError, NotFoundError } from '@backstage/errors';
import {
  splitRepositoryPath,
  type ChangeHost,
  type CommitOutcome,
  type CommitRequest,
  type FileWrite,
  type LoggedCommit,
  type MergeOutcome,
  type OpenPull,
  type PullRequest,
  type RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import { changed, idOf, merged, type Commit } from './memoryFiles';

/**
 * A change host of one repository in memory: a fake for tests, and the model
 * that real hosts are compared with. It keeps the contract and nothing else.
 *
 * @public
 */
export class MemoryChangeHost implements ChangeHost {
  readonly name = 'memory';
  private readonly commits = new Map<string, Commit>();
  private readonly branches = new Map<string, string>();
  private readonly pulls: Array<PullRequest & { openedAt: number }> = [];
  /** What was said on pull requests: number, key and text. */
  readonly comments: Array<{ number: number; key: string; text: string }> = [];

  constructor(
    readonly repository = 'memory:deployments',
    readonly base = 'main',
  ) {
    this.branches.set(
      base,
      this.add({ parents: [], message: '', files: new Map() }),
    );
  }

  serves(repository: string): boolean {
    return repository.startsWith('memory:');
  }

  async head(repository: string, branch: string): Promise<string | undefined> {
    this.require(repository);
    return this.branches.get(branch);
  }

  async read(
    repository: string,
    commit: string,
    paths: string[],
  ): Promise<RepositoryFile[]> {
    this.require(repository);
    const isWanted = (path: string) =>
      paths.some(
        wanted =>
          wanted === './' ||
          wanted === path ||
          (wanted.endsWith('/') && path.startsWith(wanted)),
      );
    return [...this.find(commit).files.values()]
      .filter(({ path }) => isWanted(path))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async contains(
    repository: string,
    commit: string,
    revision: string,
  ): Promise<boolean> {
    this.require(repository);
    return this.historyOf(commit).has(revision);
  }

  async findCommit(
    request: Parameters<NonNullable<ChangeHost['findCommit']>>[0],
  ): Promise<string | undefined> {
    this.require(request.repository);
    const before = this.historyOf(request.since);
    return [...this.historyOf(request.head)].find(
      id =>
        !before.has(id) &&
        this.find(id).message.split('\n').includes(request.line),
    );
  }

  async history(
    request: Parameters<NonNullable<ChangeHost['history']>>[0],
  ): Promise<LoggedCommit[]> {
    this.require(request.repository);
    return [...this.historyOf(request.head)]
      .slice(0, request.atMost)
      .map(id => ({ id, message: this.find(id).message }));
  }

  async openPulls(repository: string, prefix: string): Promise<OpenPull[]> {
    this.require(repository);
    return this.pulls
      .filter(
        ({ state, branch }) => state === 'open' && branch.startsWith(prefix),
      )
      .map(({ number, branch, title, openedAt }) => ({
        ...{ number, branch, title, openedAt },
      }));
  }

  async commit(request: CommitRequest): Promise<CommitOutcome> {
    const { repository, branch, expectedHead, parent, files } = request;
    this.require(repository);
    for (const { path } of files) splitRepositoryPath(path);
    const head = this.branches.get(branch);
    const commit = this.add(
      {
        parents: [parent],
        message: request.message,
        files: changed(this.find(parent).files, files),
      },
      request.time,
    );
    if (head !== expectedHead && head !== commit) {
      return { outcome: 'stale', head };
    }
    this.branches.set(branch, commit);
    return { outcome: 'committed', commit };
  }

  async propose(
    request: Parameters<ChangeHost['propose']>[0],
  ): Promise<PullRequest> {
    const { repository, branch, base, title, draft = false } = request;
    this.require(repository);
    const known = this.newestOf(branch);
    if (known) {
      const { number, state } = known;
      if (state === 'open') {
        Object.assign(this.pull(number), {
          title,
          ...(request.draft === false && { draft: false }),
        });
      }
      return { ...this.pull(number) };
    }
    const [head, baseHead] = [branch, base].map(name => {
      const found = this.branches.get(name);
      if (!found) throw new NotFoundError(`There is no branch "${name}"`);
      return found;
    });
    if (this.historyOf(baseHead).has(head)) {
      throw new InputError(`${branch} has nothing that ${base} does not have`);
    }
    const number = this.pulls.length + 1;
    this.pulls.push({
      ...{ number, state: 'open', branch, base, head, title, draft },
      openedAt: Date.now(),
    });
    return { ...this.pulls[number - 1] };
  }

  async get(
    repository: string,
    branch: string,
  ): Promise<PullRequest | undefined> {
    this.require(repository);
    return this.newestOf(branch);
  }

  async merge(
    request: Parameters<ChangeHost['merge']>[0],
  ): Promise<MergeOutcome> {
    this.require(request.repository);
    const pull = this.refresh(this.pull(request.number));
    if (pull.mergeCommit)
      return { outcome: 'merged', commit: pull.mergeCommit };
    if (pull.state === 'closed') {
      return { outcome: 'blocked', message: 'It is closed' };
    }
    if (pull.head !== request.expectedHead || pull.base !== request.base) {
      return { outcome: 'stale', head: pull.head };
    }
    const baseHead = this.branches.get(pull.base)!;
    const shared = this.historyOf(baseHead);
    const ancestor = [...this.historyOf(pull.head)].find(id => shared.has(id))!;
    const files = merged(
      this.find(ancestor).files,
      this.find(baseHead).files,
      this.find(pull.head).files,
    );
    if (!files) return { outcome: 'conflict', baseHead };
    const commit = this.add({
      ...{ parents: [baseHead], message: request.message, files },
    });
    this.branches.set(pull.base, commit);
    Object.assign(pull, {
      ...{ state: 'merged', mergeCommit: commit, draft: false },
    });
    return { outcome: 'merged', commit };
  }

  async comment(request: Parameters<ChangeHost['comment']>[0]): Promise<void> {
    const { repository, number, key, text } = request;
    this.require(repository);
    const { number: known } = this.pull(number);
    const said = this.comments.some(
      one => one.number === known && one.key === key,
    );
    if (!said) this.comments.push({ number, key, text });
  }

  async close(
    request: Parameters<ChangeHost['close']>[0],
  ): Promise<PullRequest> {
    this.require(request.repository);
    const pull = this.refresh(this.pull(request.number));
    if (pull.state === 'open') {
      pull.state = 'closed';
      this.branches.delete(pull.branch);
    }
    return { ...pull };
  }

  /** What a person does behind our back: commits on a branch, or on `from` for a new one. */
  async push(
    branch: string,
    files: FileWrite[],
    from?: string,
  ): Promise<string> {
    const parent = from ?? this.branches.get(branch)!;
    const after = changed(this.find(parent).files, files);
    const commit = this.add({
      ...{ parents: [parent], message: 'By hand', files: after },
    });
    this.branches.set(branch, commit);
    return commit;
  }

  /** What a person does behind our back. */
  async deleteBranch(branch: string): Promise<void> {
    this.branches.delete(branch);
  }

  private newestOf(branch: string): PullRequest | undefined {
    const pull = this.pulls.findLast(it => it.branch === branch);
    return pull && { ...this.refresh(pull) };
  }

  /** A person may have deleted the branch, merged it, or pushed to it. */
  private refresh(pull: PullRequest): PullRequest {
    if (pull.state !== 'open') return pull;
    const head = this.branches.get(pull.branch);
    const baseHead = this.branches.get(pull.base);
    if (!baseHead) throw new NotFoundError(`The branch "${pull.base}" is gone`);
    if (this.historyOf(baseHead).has(pull.head)) {
      const mergeCommit = pull.head;
      Object.assign(pull, {
        state: 'merged',
        mergeCommit,
        endedBy: 'somebody',
      });
    } else if (!head) {
      Object.assign(pull, { state: 'closed', endedBy: 'somebody' });
    } else {
      pull.head = head;
    }
    return pull;
  }

  private require(repository: string): void {
    if (repository !== this.repository) {
      throw new NotFoundError(`There is no repository "${repository}"`);
    }
  }

  private find(commit: string): Commit {
    const found = this.commits.get(commit);
    if (found) return found;
    throw new NotFoundError(`There is no commit ${commit}`);
  }

  private pull(number: number): PullRequest {
    const found = this.pulls[number - 1];
    if (found) return found;
    throw new NotFoundError(`There is no pull request ${number}`);
  }

  /** The commit and all before it, nearest first. */
  private historyOf(commit: string): Set<string> {
    const seen = new Set([commit]);
    for (const id of seen) {
      for (const parent of this.find(id).parents) seen.add(parent);
    }
    return seen;
  }

  private add(commit: Commit, time = 0): string {
    const id = idOf(commit, time);
    this.commits.set(id, commit);
    return id;
  }
}
