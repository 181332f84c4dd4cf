import { access } from 'node:fs/promises';
import path from 'node:path';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import type {
  ChangeHost,
  CommitOutcome,
  CommitRequest,
  LoggedCommit,
  MergeOutcome,
  OpenPull,
  PullRequest,
  RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import type { GitopsEventsConfig } from '../config';
import { contains } from './ancestry';
import { findCommit } from './findCommit';
import { readLog } from './readLog';
import { createRepository } from './createRepository';
import { GitRepository } from './gitRepository';
import { LocalPullRequests } from './localPullRequests';
import { openSigner } from './signing/openSigner';
import { readFiles } from '@gitops-events/plugin-gitops-events-node/git';

const prefix = 'local:';

interface Hosted {
  repository: GitRepository;
  pulls: LocalPullRequests;
}

/**
 * The change host without a forge: bare repositories on this machine's disk,
 * that people clone, fetch and push as ever while we write.
 */
export class LocalHost implements ChangeHost {
  readonly name = 'local';

  private constructor(private readonly hosted: ReadonlyMap<string, Hosted>) {}

  /**
   * Opens the configured repositories and makes those that are missing.
   *
   * @throws InputError for a name, branch, seed, folder or key to mend.
   */
  static async create(options: {
    config: GitopsEventsConfig['local'];
    author: { name: string; email: string };
    logger: LoggerService;
  }): Promise<LocalHost> {
    const { config, author, logger } = options;
    const signer = config.signing && (await openSigner(config.signing));
    if (signer) logger.info(`Commits are signed by ${signer.publicKey}`);
    const sign = signer?.sign;
    const hosted = new Map<string, Hosted>();
    for (const { name, seed, branch } of config.repositories) {
      if (!/^[a-z0-9][a-z0-9._-]{0,99}$/i.test(name) || hosted.has(name)) {
        throw new InputError(
          `gitopsEvents.local.repositories: the name ${JSON.stringify(name)} is taken, or holds more than letters, digits, ".", "_" and "-"`,
        );
      }
      const directory = path.join(config.directory, `${name}.git`);
      if (!(await exists(directory))) {
        await createRepository({ directory, branch, seed, author, sign });
        logger.info(`Made the repository ${prefix}${name} in ${directory}`);
      }
      const repository = await GitRepository.open(
        prefix + name,
        directory,
        sign,
      );
      const pulls = await LocalPullRequests.open(repository);
      hosted.set(name, { repository, pulls });
    }
    return new LocalHost(hosted);
  }

  /** Ends its git processes. */
  async stop(): Promise<void> {
    for (const { repository } of this.hosted.values()) await repository.stop();
  }

  serves(repository: string): boolean {
    return repository.startsWith(prefix);
  }

  async head(repository: string, branch: string): Promise<string | undefined> {
    return this.find(repository).repository.head(branch);
  }

  async read(
    repository: string,
    commit: string,
    paths: string[],
  ): Promise<RepositoryFile[]> {
    return readFiles(this.find(repository).repository, commit, paths);
  }

  async contains(
    repository: string,
    commit: string,
    revision: string,
  ): Promise<boolean> {
    return contains(this.find(repository).repository, commit, revision);
  }

  async findCommit(
    request: Parameters<NonNullable<ChangeHost['findCommit']>>[0],
  ): Promise<string | undefined> {
    return findCommit(this.find(request.repository).repository, request);
  }

  async history(
    request: Parameters<NonNullable<ChangeHost['history']>>[0],
  ): Promise<LoggedCommit[]> {
    return readLog(this.find(request.repository).repository, request);
  }

  async commit(request: CommitRequest): Promise<CommitOutcome> {
    return this.find(request.repository).repository.commitFiles(request);
  }

  async propose(
    request: Parameters<ChangeHost['propose']>[0],
  ): Promise<PullRequest> {
    return this.find(request.repository).pulls.propose(request);
  }

  async get(
    repository: string,
    branch: string,
  ): Promise<PullRequest | undefined> {
    return this.find(repository).pulls.get(branch);
  }

  async openPulls(repository: string, begin: string): Promise<OpenPull[]> {
    return this.find(repository).pulls.open(begin);
  }

  async merge(
    request: Parameters<ChangeHost['merge']>[0],
  ): Promise<MergeOutcome> {
    return this.find(request.repository).pulls.merge(request);
  }

  async comment(request: Parameters<ChangeHost['comment']>[0]): Promise<void> {
    return this.find(request.repository).pulls.comment(request);
  }

  async close(
    request: Parameters<ChangeHost['close']>[0],
  ): Promise<PullRequest> {
    return this.find(request.repository).pulls.close(request);
  }

  private find(repository: string): Hosted {
    const found = this.serves(repository)
      ? this.hosted.get(repository.slice(prefix.length))
      : undefined;
    if (found) return found;
    const known = [...this.hosted.keys()].map(name => prefix + name).join(', ');
    throw new NotFoundError(
      `There is no repository ${JSON.stringify(repository)}; gitopsEvents.local.repositories has ${known || 'none'}`,
    );
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
