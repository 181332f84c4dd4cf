import type {
  BareRepository,
  Identity,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import {
  created,
  notFound,
  ok,
  refused,
  type Actor,
  type Route,
} from './answer';

const sha = '([0-9a-f]+)';

/** REST: commits, trees, blobs, compare, history. */
export function gitRoutes(repository: BareRepository): Route[] {
  return [
    {
      method: 'GET',
      path: new RegExp(`^/git/commits/${sha}$`),
      async answer({ params: [id] }) {
        return (await repository.typeOf(id)) === 'commit'
          ? ok(await commitView(repository, id))
          : notFound();
      },
    },
    {
      method: 'POST',
      path: /^\/git\/commits$/,
      async answer({ body, actor }) {
        if ((await repository.typeOf(body.tree)) !== 'tree') {
          return refused('Tree SHA does not exist');
        }
        for (const parent of body.parents) {
          if ((await repository.typeOf(parent)) !== 'commit') {
            return refused(
              'Parent SHA does not exist or is not a commit object',
            );
          }
        }
        const { author, committer } = identities(body, actor);
        const id = await repository.writeCommit(body, author, committer);
        return created({
          ...(await commitView(repository, id)),
          verification: { verified: actor.isApp && !body.author },
        });
      },
    },
    {
      method: 'POST',
      path: /^\/git\/trees$/,
      async answer({ body }) {
        if (!body.tree?.length) return refused('Invalid tree info');
        if (body.base_tree && !(await repository.typeOf(body.base_tree))) {
          return refused('base_tree is not a valid tree oid');
        }
        const entries = [];
        for (const { path, mode, sha: id, content } of body.tree) {
          if (/(^|\/)(\.git|\.|\.\.|)(\/|$)/i.test(path)) {
            return refused('tree.path contains a malformed path component');
          }
          const written =
            content === undefined ? id : await repository.writeBlob(content);
          entries.push({ path, mode, sha: written });
        }
        const id = await repository.writeTree(body.base_tree, entries);
        return created({ sha: id, truncated: false });
      },
    },
    {
      method: 'POST',
      path: /^\/git\/blobs$/,
      async answer({ body: { content, encoding } }) {
        return created({
          sha: await repository.writeBlob(Buffer.from(content, encoding)),
        });
      },
    },
    {
      method: 'GET',
      path: new RegExp(`^/git/blobs/${sha}$`),
      async answer({ params: [id] }) {
        const object = await repository.object(id);
        if (object?.type !== 'blob') return notFound();
        const { content } = object;
        return ok({
          sha: id,
          size: content.length,
          encoding: 'base64',
          content: content.toString('base64').replace(/(.{60})/g, '$1\n'),
        });
      },
    },
    {
      method: 'GET',
      path: new RegExp(`^/compare/${sha}\\.\\.\\.${sha}$`),
      async answer({ params: [base, head], query }) {
        for (const id of [base, head]) {
          if ((await repository.typeOf(id)) !== 'commit') return notFound();
        }
        const ahead = await repository.isAncestor(base, head);
        const behind = await repository.isAncestor(head, base);
        const status = ahead ? 'ahead' : 'diverged';
        if (behind) {
          return ok({
            ...{ status: ahead ? 'identical' : 'behind' },
            ...{ total_commits: 0, commits: [] },
          });
        }
        const ids = await repository.between(base, head);
        const commits = await pageOf(repository, ids, query);
        return ok({ status, total_commits: ids.length, commits });
      },
    },
    {
      method: 'GET',
      path: /^\/commits$/,
      async answer({ query }) {
        const ids = await repository.between(undefined, query.get('sha')!);
        return ok(await pageOf(repository, ids.reverse(), query));
      },
    },
  ];
}

async function pageOf(
  repository: BareRepository,
  ids: string[],
  query: URLSearchParams,
) {
  const size = Number(query.get('per_page') ?? 30);
  const from = (Number(query.get('page') ?? 1) - 1) * size;
  const commits = [];
  for (const id of ids.slice(from, from + size)) {
    const { message } = await repository.commit(id);
    commits.push({ sha: id, commit: { message } });
  }
  return commits;
}

async function commitView(repository: BareRepository, id: string) {
  const { tree, parents, message } = await repository.commit(id);
  return {
    ...{ sha: id, message, tree: { sha: tree } },
    parents: parents.map(parent => ({ sha: parent })),
  };
}

let signedCommits = 0;

/** Without an author GitHub takes who asks; then it commits and signs itself, at a time of its own. */
export function identities(
  body: { author?: Identity; committer?: Identity },
  { login }: Actor,
): { author: Identity; committer: Identity } {
  const date = new Date(Date.now() + ++signedCommits * 1000).toISOString();
  const author = body.author ?? {
    name: login,
    email: `${login}@users.noreply.github.com`,
    date,
  };
  const committer = body.committer ??
    body.author ?? { name: 'GitHub', email: 'noreply@github.com', date };
  return { author, committer };
}
