import type {
  GitlabCredentialsProvider,
  ScmIntegrationRegistry,
} from '@backstage/integration';
import {
  RetryLaterError,
  type ChangeHost,
  type CommitOutcome,
  type CommitRequest,
  type HostLimit,
  type LoggedCommit,
  type MergeOutcome,
  type OpenPull,
  type PullRequest,
  type RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import { readFiles } from '@gitops-events/plugin-gitops-events-node/git';
import { z } from 'zod';
import { closeMergeRequest } from './closeMergeRequest';
import { commentOnce } from './commentOnce';
import { commitFiles } from './commitFiles';
import type { GitlabConfig } from './config';
import { connect, type Connection } from './connection';
import { containsCommit } from './containsCommit';
import { findCommit } from './findCommit';
import { readHeads } from './git/gitRemote';
import { answeredError } from './gitlabAnswer';
import { handleOf } from './handleOf';
import { emptyMemory, type HostMemory } from './hostMemory';
import { isBlocked } from './isBlocked';
import { limitsOf } from './limits';
import { mergeMergeRequest } from './mergeMergeRequest';
import {
  newestMergeRequest,
  openMergeRequests,
  type MergeRequest,
} from './mergeRequests';
import { openMergeRequest } from './openMergeRequest';
import { readLog } from './readLog';
import { RemoteObjects } from './remoteObjects';
import { systemNotes } from './systemNotes';
import { viewMergeRequest } from './viewMergeRequest';

/**
 * The change host of GitLab: branches and commits over Git's own protocol,
 * merge requests over its API. Whatever it remembers only spares requests: each
 * call is made safe by a condition that GitLab checks, or by looking at what is
 * there.
 */
export class GitlabHost implements ChangeHost {
  readonly name = 'gitlab';

  constructor(
    private readonly options: {
      integrations: ScmIntegrationRegistry;
      credentials: GitlabCredentialsProvider;
      config: GitlabConfig;
    },
    private readonly memory: HostMemory = emptyMemory(),
    private readonly signal?: AbortSignal,
  ) {}

  within(signal: AbortSignal): GitlabHost {
    return new GitlabHost(this.options, this.memory, signal);
  }

  serves(repository: string): boolean {
    return (
      URL.canParse(repository) &&
      this.options.integrations.gitlab.byUrl(repository) !== undefined
    );
  }

  limits(repository: string): HostLimit[] {
    return limitsOf(this.options.config.limits, new URL(repository).host);
  }

  handleOf(
    repository: string,
    annotations: Record<string, string>,
  ): string | undefined {
    return handleOf(new URL(repository).host, annotations);
  }

  head(repository: string, branch: string): Promise<string | undefined> {
    return this.call(repository, async ({ git }) =>
      (await readHeads(git, [branch])).get(branch),
    );
  }

  read(
    repository: string,
    commit: string,
    paths: string[],
  ): Promise<RepositoryFile[]> {
    return this.call(repository, it =>
      readFiles(new RemoteObjects(it, this.memory), commit, paths),
    );
  }

  contains(
    repository: string,
    commit: string,
    revision: string,
  ): Promise<boolean> {
    return this.call(repository, it =>
      containsCommit(it, this.memory.ancestry, commit, revision),
    );
  }

  findCommit(
    request: Parameters<NonNullable<ChangeHost['findCommit']>>[0],
  ): Promise<string | undefined> {
    return this.call(request.repository, it => findCommit(it, request));
  }

  history(
    request: Parameters<NonNullable<ChangeHost['history']>>[0],
  ): Promise<LoggedCommit[]> {
    return this.call(request.repository, it => readLog(it, request));
  }

  commit(request: CommitRequest): Promise<CommitOutcome> {
    return this.call(request.repository, it =>
      commitFiles(
        it,
        new RemoteObjects(it, this.memory),
        this.options.config.settleMs,
        request,
      ),
    );
  }

  propose(request: Parameters<ChangeHost['propose']>[0]): Promise<PullRequest> {
    return this.call(request.repository, async it => {
      const contains = (commit: string, revision: string) =>
        containsCommit(it, this.memory.ancestry, commit, revision);
      return this.view(it, await openMergeRequest(it, contains, request));
    });
  }

  pushedBy(repository: string, branch: string): Promise<string | undefined> {
    return this.call(repository, async it => {
      const found = await newestMergeRequest(it, branch);
      const notes = found ? await systemNotes(it, found.iid) : [];
      return notes.find(({ body }) => /^added \d+ commits?\b/.test(body))?.by;
    });
  }

  get(repository: string, branch: string): Promise<PullRequest | undefined> {
    return this.call(repository, async it => {
      const found = await newestMergeRequest(it, branch);
      return found && this.view(it, found);
    });
  }

  openPulls(repository: string, prefix: string): Promise<OpenPull[]> {
    return this.call(repository, it => openMergeRequests(it, prefix));
  }

  merge(request: Parameters<ChangeHost['merge']>[0]): Promise<MergeOutcome> {
    return this.call(request.repository, it =>
      mergeMergeRequest(it, () => this.ourselves(it), request),
    );
  }

  blocked(
    request: Parameters<NonNullable<ChangeHost['blocked']>>[0],
  ): Promise<{ message?: string } | undefined> {
    return this.call(request.repository, it => isBlocked(it, request));
  }

  comment(request: Parameters<ChangeHost['comment']>[0]): Promise<void> {
    return this.call(request.repository, it => commentOnce(it, request));
  }

  close(request: Parameters<ChangeHost['close']>[0]): Promise<PullRequest> {
    return this.call(request.repository, async it => {
      const ourselves = () => this.ourselves(it);
      return this.view(it, await closeMergeRequest(it, ourselves, request));
    });
  }

  private view(
    connection: Connection,
    found: MergeRequest,
  ): Promise<PullRequest> {
    return viewMergeRequest(connection, found, {
      settleMs: this.options.config.settleMs,
      ourselves: () => this.ourselves(connection),
    });
  }

  /** The name that these credentials have. */
  private async ourselves({ api, repository }: Connection): Promise<string> {
    const { host } = new URL(repository);
    const known = this.memory.names.get(host);
    if (known) return known;
    const user = z.object({ username: z.string() });
    const { username } = await api('GET', '/user', user);
    this.memory.names.set(host, username);
    return username;
  }

  private deadline(): AbortSignal {
    const own = AbortSignal.timeout(this.options.config.timeoutMs);
    return this.signal ? AbortSignal.any([own, this.signal]) : own;
  }

  private async call<T>(
    repository: string,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const { quietUntil } = this.memory;
    // A token, and so its limits, belongs to a GitLab as a whole.
    const { host } = new URL(repository);
    const quietMs = (quietUntil.get(host) ?? 0) - performance.now();
    if (quietMs > 0) {
      throw new RetryLaterError(
        `GitLab asked to wait ${Math.ceil(quietMs / 1000)} s more`,
        quietMs,
      );
    }
    try {
      const { integrations, credentials } = this.options;
      const signal = this.deadline();
      return await work(
        await connect({ integrations, credentials, signal }, repository),
      );
    } catch (error) {
      const told = answeredError(error, repository);
      if (told instanceof RetryLaterError) {
        const until = performance.now() + told.afterMs;
        quietUntil.set(host, Math.max(until, quietUntil.get(host) ?? 0));
      }
      throw told;
    }
  }
}
