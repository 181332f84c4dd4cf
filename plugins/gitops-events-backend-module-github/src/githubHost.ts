import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  GithubCredentialsProvider,
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
import { answeredError, statusOf } from './answeredError';
import { closePull } from './closePull';
import { commitFiles } from './commitFiles';
import type { GithubConfig } from './config';
import { findCommit } from './findCommit';
import { readLog } from './readLog';
import { commentOnce } from './commentOnce';
import { connect, type Connection } from './connection';
import { handleOf } from './handleOf';
import { emptyMemory, type HostMemory } from './hostMemory';
import { isBlocked } from './isBlocked';
import { limitsOf, type Sized } from './limits';
import { mergePull } from './mergePull';
import {
  newestPull,
  openPull,
  openPulls,
  viewPull,
  type GithubPull,
} from './pullRequests';
import { readFiles } from './readFiles';

/**
 * The change host of GitHub and GitHub Enterprise. Whatever it remembers only
 * spares requests: each call is made safe by a condition that GitHub checks,
 * or by looking at what is there.
 */
export class GithubHost implements ChangeHost {
  readonly name = 'github';

  constructor(
    private readonly options: {
      integrations: ScmIntegrationRegistry;
      credentials: GithubCredentialsProvider;
      config: GithubConfig;
      logger: LoggerService;
    },
    private readonly memory: HostMemory = emptyMemory(options.config.settleMs),
    private readonly signal?: AbortSignal,
  ) {}

  within(signal: AbortSignal): GithubHost {
    return new GithubHost(this.options, this.memory, signal);
  }

  serves(repository: string): boolean {
    return (
      URL.canParse(repository) &&
      this.options.integrations.github.byUrl(repository) !== undefined
    );
  }

  limits(repository: string, request?: Sized): HostLimit[] {
    const { limits } = this.options.config;
    return limitsOf(limits, this.actorOf(repository), repository, request);
  }

  handleOf(
    repository: string,
    annotations: Record<string, string>,
  ): string | undefined {
    return handleOf(new URL(repository).host, annotations);
  }

  head(repository: string, branch: string): Promise<string | undefined> {
    return this.call(repository, it => this.memory.branches.head(it, branch));
  }

  read(
    repository: string,
    commit: string,
    paths: string[],
  ): Promise<RepositoryFile[]> {
    return this.call(repository, it =>
      readFiles(it, this.memory.objects, commit, paths),
    );
  }

  async contains(
    repository: string,
    commit: string,
    revision: string,
  ): Promise<boolean> {
    if (commit === revision) return true;
    const key = `${repository} ${commit} ${revision}`;
    const known = this.memory.ancestry.get(key);
    if (known !== undefined) return known;
    return this.call(repository, async ({ octokit, name }) => {
      try {
        const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
          ...name,
          basehead: `${revision}...${commit}`,
          // The first page carries the whole diff, which nobody reads here.
          ...{ page: 2, per_page: 1 },
        });
        const answer = data.status === 'ahead' || data.status === 'identical';
        this.memory.ancestry.set(key, answer);
        return answer;
      } catch (error) {
        if (statusOf(error) === 404) return false;
        throw error;
      }
    });
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
      commitFiles(it, this.memory.branches, this.memory.objects, request),
    );
  }

  propose(request: Parameters<ChangeHost['propose']>[0]): Promise<PullRequest> {
    return this.call(request.repository, async it =>
      this.view(it, await openPull(it, this.memory.branches, request)),
    );
  }

  pushedBy(repository: string, branch: string): Promise<string | undefined> {
    return this.call(repository, async ({ octokit, name }) => {
      const { data } = await octokit.rest.repos.listActivities({
        ...{ ...name, ref: branch, per_page: 1 },
      });
      return data[0]?.actor?.login;
    });
  }

  get(repository: string, branch: string): Promise<PullRequest | undefined> {
    return this.call(repository, async it => {
      const pull = await newestPull(it, branch);
      return pull && this.view(it, pull);
    });
  }

  openPulls(repository: string, prefix: string): Promise<OpenPull[]> {
    return this.call(repository, it => openPulls(it, prefix));
  }

  merge(request: Parameters<ChangeHost['merge']>[0]): Promise<MergeOutcome> {
    return this.call(request.repository, it =>
      mergePull(it, this.memory.branches, () => this.ourselves(it), request),
    );
  }

  blocked(
    request: Parameters<NonNullable<ChangeHost['blocked']>>[0],
  ): Promise<{ message?: string } | undefined> {
    return this.call(request.repository, it =>
      isBlocked(it, () => this.ourselves(it), request),
    );
  }

  close(request: Parameters<ChangeHost['close']>[0]): Promise<PullRequest> {
    return this.call(request.repository, async it =>
      this.view(
        it,
        await closePull(
          it,
          this.memory.branches,
          () => this.ourselves(it),
          request,
        ),
      ),
    );
  }

  comment(request: Parameters<ChangeHost['comment']>[0]): Promise<void> {
    return this.call(request.repository, it => commentOnce(it, request));
  }

  /** @throws while GitHub shows an older head than the branch has: a person would seem to have moved it. */
  private async view(
    connection: Connection,
    pull: GithubPull,
  ): Promise<PullRequest> {
    if (
      pull.state === 'open' &&
      this.memory.branches.isDoubtful(connection, pull.head.ref, pull.head.sha)
    ) {
      const head = await this.memory.branches.head(connection, pull.head.ref);
      if (head && head !== pull.head.sha) {
        throw new Error(
          `GitHub has not yet seen the last commit of ${pull.head.ref}`,
        );
      }
    }
    return viewPull(connection, pull, () => this.ourselves(connection));
  }

  /** The login that these credentials act as; a bot's ends in `[bot]`. */
  private async ourselves(connection: Connection): Promise<string> {
    const key = this.actorOf(connection.repository);
    const known = this.memory.logins.get(key);
    if (known) return known;
    const { viewer } = await connection.octokit.graphql<{
      viewer: { login: string };
    }>('{ viewer { login } }');
    this.memory.logins.set(key, viewer.login);
    return viewer.login;
  }

  /** Whose limits count: an App acts for each owner of repositories by itself, a token is one for all. */
  private actorOf(repository: string): string {
    const { host, pathname } = new URL(repository);
    const { config } = this.options.integrations.github.byUrl(repository) ?? {};
    if (!config?.apps?.length) return host;
    return `${host}/${pathname.split('/')[1]}`.toLowerCase();
  }

  private deadline(timeoutMs: number): AbortSignal {
    const own = AbortSignal.timeout(timeoutMs);
    return this.signal ? AbortSignal.any([own, this.signal]) : own;
  }

  private async call<T>(
    repository: string,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const actor = this.actorOf(repository);
    const quietMs =
      (this.memory.quietUntil.get(actor) ?? 0) - performance.now();
    if (quietMs > 0) {
      throw new RetryLaterError(
        `GitHub asked to wait ${Math.ceil(quietMs / 1000)} s more`,
        quietMs,
      );
    }
    try {
      const { integrations, credentials, config, logger } = this.options;
      const connection = await connect(
        {
          ...{
            integrations,
            credentials,
            logger,
            answers: this.memory.answers,
          },
          signal: this.deadline(config.timeoutMs),
        },
        repository,
      );
      return await work(connection);
    } catch (error) {
      const told = answeredError(error, repository);
      if (told instanceof RetryLaterError) {
        const until = performance.now() + told.afterMs;
        const known = this.memory.quietUntil.get(actor) ?? 0;
        this.memory.quietUntil.set(actor, Math.max(until, known));
      }
      throw told;
    }
  }
}
