import { setTimeout as sleep } from 'node:timers/promises';
import { NotFoundError } from '@backstage/errors';
import type { Connection } from './connection';
import { isGraphqlRefusal, statusOf } from './answeredError';
import { RecentMap } from '@gitops-events/plugin-gitops-events-node';

/** Stands for "no such branch" in a comparison. Source: `updateRefs` in GitHub's GraphQL schema. */
const NONE = '0'.repeat(40);
/** For so long a branch that we wrote may be shown as it was before. */
const LAG_MS = 60_000;
const LOOKS = 3;

/**
 * Branches as GitHub shows them, which may be as they were a moment ago: what
 * contradicts our own last write is looked at again before it is believed.
 */
export class Branches {
  private readonly repositoryIds = new RecentMap<string>(1_000);
  private readonly written = new RecentMap<{ head?: string; at: number }>(
    10_000,
  );

  constructor(private readonly settleMs: number) {}

  /** @throws NotFoundError for an unknown repository. */
  async head(
    connection: Connection,
    branch: string,
  ): Promise<string | undefined> {
    const key = `${connection.repository} ${branch}`;
    const own = this.written.get(key);
    const doubted = own && performance.now() - own.at < LAG_MS;
    let head = await this.look(connection, branch);
    for (let look = 1; doubted && head !== own.head && look < LOOKS; look++) {
      await sleep(this.settleMs);
      head = await this.look(connection, branch);
    }
    // What differs still was done by somebody else.
    if (own && head !== own.head) this.written.delete(key);
    return head;
  }

  /**
   * Where a branch is that GitHub did not move: one that is shown where it was
   * believed to be may have been moved a moment ago.
   */
  async headAfterRefusal(
    connection: Connection,
    branch: string,
    believed: string | undefined,
  ): Promise<string | undefined> {
    let head = await this.head(connection, branch);
    for (let look = 1; head === believed && look < LOOKS; look++) {
      await sleep(this.settleMs);
      head = await this.head(connection, branch);
    }
    return head;
  }

  /**
   * Moves a branch only if it is where we believe; undefined: there is none.
   * GitHub compares, all at once. False when it refused; then it is for the
   * caller to look why.
   */
  async move(
    connection: Connection,
    branch: string,
    from: string | undefined,
    to: string | undefined,
  ): Promise<{ moved: true } | { moved: false; refusal: unknown }> {
    try {
      await connection.octokit.graphql(
        `mutation ($repositoryId: ID!, $update: RefUpdate!) {
          updateRefs(input: { repositoryId: $repositoryId, refUpdates: [$update] }) { clientMutationId }
        }`,
        {
          repositoryId: await this.repositoryId(connection),
          update: {
            name: `refs/heads/${branch}`,
            beforeOid: from ?? NONE,
            afterOid: to ?? NONE,
            force: true,
          },
        },
      );
    } catch (refusal) {
      if (isGraphqlRefusal(refusal)) return { moved: false, refusal };
      throw refusal;
    }
    this.written.set(`${connection.repository} ${branch}`, {
      head: to,
      at: performance.now(),
    });
    return { moved: true };
  }

  /** Whether this contradicts what we wrote a moment ago. */
  isDoubtful(connection: Connection, branch: string, head: string): boolean {
    const own = this.written.get(`${connection.repository} ${branch}`);
    return (
      own !== undefined &&
      performance.now() - own.at < LAG_MS &&
      own.head !== head
    );
  }

  private async look(
    connection: Connection,
    branch: string,
  ): Promise<string | undefined> {
    const { octokit, name } = connection;
    try {
      const { data } = await octokit.rest.git.getRef({
        ...name,
        ref: `heads/${branch}`,
      });
      return data.object.sha;
    } catch (error) {
      // 409: a repository without a commit.
      if (statusOf(error) === 409) return undefined;
      if (statusOf(error) !== 404) throw error;
      this.repositoryIds.delete(connection.repository);
      await this.repositoryId(connection);
      return undefined;
    }
  }

  private async repositoryId(connection: Connection): Promise<string> {
    const { octokit, name, repository } = connection;
    const known = this.repositoryIds.get(repository);
    if (known) return known;
    try {
      const { data } = await octokit.rest.repos.get({ ...name });
      this.repositoryIds.set(repository, data.node_id);
      return data.node_id;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      throw new NotFoundError(
        `GitHub has no repository ${repository}, or the credentials may not see it`,
      );
    }
  }
}
