import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { git, gitBytes, GitFailed } from './git';

/** Who made a commit, as Git writes it. @public */
export interface Identity {
  name: string;
  email: string;
  date?: string;
}

/** What a commit says besides who made it. @public */
export interface CommitData {
  tree: string;
  parents: string[];
  message: string;
}

/** What stands behind a forge for tests: a bare repository, changed with git itself. @public */
export class BareRepository {
  constructor(readonly directory: string) {}

  static async create(directory: string): Promise<BareRepository> {
    await git('.', ['init', '--quiet', '--bare', '-b', 'main', directory]);
    const repository = new BareRepository(directory);
    const tree = await repository.writeTree(undefined, [
      {
        path: 'README.md',
        mode: '100644',
        sha: await repository.writeBlob('# Deployments\n'),
      },
    ]);
    const dana = { name: 'Dana Developer', email: 'dana@example.com' };
    const commit = await repository.writeCommit(
      { tree, parents: [], message: 'First' },
      dana,
      dana,
    );
    await repository.updateRefs([{ name: 'refs/heads/main', after: commit }]);
    return repository;
  }

  async branches(): Promise<Map<string, string>> {
    const lines = await git(this.directory, [
      'for-each-ref',
      '--format=%(objectname) %(refname:lstrip=2)',
      'refs/heads',
    ]);
    return new Map(
      lines
        .split('\n')
        .filter(Boolean)
        .map(line => [line.slice(41), line.slice(0, 40)]),
    );
  }

  /** All of them or none. `before`: zeros for "must not exist". Rejects when one is elsewhere. */
  async updateRefs(
    updates: Array<{ name: string; before?: string; after: string }>,
  ): Promise<void> {
    const lines = updates.map(({ name, before, after }) =>
      /^0+$/.test(after)
        ? `delete ${name} ${before ?? ''}`
        : `update ${name} ${after} ${before ?? ''}`,
    );
    await git(this.directory, ['update-ref', '--stdin'], {
      input: `${lines.map(line => line.trim()).join('\n')}\n`,
    });
  }

  /** One process for both: what it is, and what it holds. */
  async object(
    id: string,
  ): Promise<{ type: string; content: Buffer } | undefined> {
    if (!/^[0-9a-f]{40}$/.test(id)) return undefined;
    const out = await gitBytes(this.directory, ['cat-file', '--batch'], {
      input: `${id}\n`,
    });
    const end = out.indexOf('\n');
    const [, type] = out.subarray(0, end).toString().split(' ');
    if (type === 'missing') return undefined;
    return { type, content: out.subarray(end + 1, -1) };
  }

  async typeOf(id: string): Promise<string | undefined> {
    return (await this.object(id))?.type;
  }

  writeBlob(content: string | Uint8Array): Promise<string> {
    return git(this.directory, ['hash-object', '-w', '--stdin'], {
      input: content,
    });
  }

  async tree(id: string): Promise<
    Array<{
      mode: string;
      type: string;
      oid: string;
      size: number;
      name: string;
    }>
  > {
    const out = await git(this.directory, ['ls-tree', '-z', '-l', id]);
    return out
      .split('\0')
      .filter(Boolean)
      .map(line => {
        const [head, name] = [
          line.slice(0, line.indexOf('\t')),
          line.slice(line.indexOf('\t') + 1),
        ];
        const [mode, type, oid, size] = head.split(/ +/);
        return { mode, type, oid, size: Number(size) || 0, name };
      });
  }

  async writeTree(
    base: string | undefined,
    entries: Array<{ path: string; mode: string; sha: string | null }>,
  ): Promise<string> {
    const index = path.join(this.directory, `index-${randomUUID()}`);
    const env = { GIT_INDEX_FILE: index };
    try {
      if (base) await git(this.directory, ['read-tree', base], { env });
      const lines = entries.map(({ path: file, mode, sha }) =>
        sha ? `${mode} ${sha}\t${file}\0` : `0 ${'0'.repeat(40)}\t${file}\0`,
      );
      await git(this.directory, ['update-index', '-z', '--index-info'], {
        env,
        input: lines.join(''),
      });
      return await git(this.directory, ['write-tree'], { env });
    } finally {
      await rm(index, { force: true });
    }
  }

  /** Commits that `head` has and `base`, if given, has not, oldest first. */
  async between(base: string | undefined, head: string): Promise<string[]> {
    const out = await git(this.directory, [
      ...['rev-list', '--reverse', '--topo-order', '--end-of-options'],
      base === undefined ? head : `${base}..${head}`,
    ]);
    return out.split('\n').filter(Boolean);
  }

  async commit(id: string): Promise<CommitData> {
    const text = await git(this.directory, ['cat-file', 'commit', id]);
    const [head, ...message] = text.split('\n\n');
    const values = (key: string) =>
      [...head.matchAll(new RegExp(`^${key} (.*)$`, 'gm'))].map(it => it[1]);
    return {
      tree: values('tree')[0],
      parents: values('parent'),
      message: message.join('\n\n'),
    };
  }

  writeCommit(
    { tree, parents, message }: CommitData,
    author: Identity,
    committer: Identity,
  ): Promise<string> {
    return git(
      this.directory,
      ['commit-tree', tree, ...parents.flatMap(parent => ['-p', parent])],
      {
        input: message,
        env: {
          GIT_AUTHOR_NAME: author.name,
          GIT_AUTHOR_EMAIL: author.email,
          GIT_COMMITTER_NAME: committer.name,
          GIT_COMMITTER_EMAIL: committer.email,
          ...(author.date && { GIT_AUTHOR_DATE: author.date }),
          ...(committer.date && { GIT_COMMITTER_DATE: committer.date }),
        },
      },
    );
  }

  /** The merged tree, or undefined for a conflict. */
  async mergeTrees(base: string, head: string): Promise<string | undefined> {
    try {
      return await git(this.directory, [
        ...['merge-tree', '--write-tree', '--no-messages', base, head],
      ]);
    } catch (error) {
      if (error instanceof GitFailed && error.code === 1) return undefined;
      throw error;
    }
  }

  async isAncestor(ancestor: string, commit: string): Promise<boolean> {
    return git(this.directory, [
      ...['merge-base', '--is-ancestor', ancestor, commit],
    ]).then(
      () => true,
      () => false,
    );
  }
}
