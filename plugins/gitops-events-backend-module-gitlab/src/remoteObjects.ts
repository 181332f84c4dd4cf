import { NotFoundError } from '@backstage/errors';
import {
  parseCommit,
  parseTree,
  type GitObject,
  type GitObjectSource,
  type Tree,
} from '@gitops-events/plugin-gitops-events-node/git';
import type { Connection } from './connection';
import { readObjects } from './git/gitRemote';
import type { HostMemory } from './hostMemory';

interface Asked {
  resolve(object: GitObject): void;
  reject(error: unknown): void;
}

/** Objects asked for in one request. */
const BATCH = 500;

/**
 * Objects of a repository far away: what is asked for in the same turn goes
 * into one request, so reading takes as many as the folders are deep.
 */
export class RemoteObjects implements GitObjectSource {
  private asked = new Map<string, Asked[]>();

  constructor(
    private readonly connection: Connection,
    private readonly memory: HostMemory,
  ) {}

  async treeOf(commit: string): Promise<string> {
    const known = this.memory.treeOf.get(commit);
    if (known) return known;
    const object = await this.object(commit);
    if (object.type !== 'commit') {
      throw new NotFoundError(`${commit} is no commit`);
    }
    const { tree } = parseCommit(commit, Buffer.from(object.content));
    this.memory.treeOf.set(commit, tree);
    return tree;
  }

  loadTree = async (id: string): Promise<Tree> => {
    const known = this.memory.trees.get(id);
    if (known) return known;
    const tree = parseTree(Buffer.from((await this.object(id)).content));
    this.memory.trees.set(id, tree, tree.size + 1);
    return tree;
  };

  async blob(id: string): Promise<Uint8Array> {
    const known = this.memory.blobs.get(id);
    if (known) return known;
    const { content } = await this.object(id);
    this.memory.blobs.set(id, content, content.byteLength + 100);
    return content;
  }

  private object(id: string): Promise<GitObject> {
    return new Promise((resolve, reject) => {
      if (this.asked.size === 0) setImmediate(() => void this.ask());
      const others = this.asked.get(id) ?? [];
      this.asked.set(id, [...others, { resolve, reject }]);
    });
  }

  private async ask(): Promise<void> {
    const asked = [...this.asked];
    this.asked = new Map();
    for (let from = 0; from < asked.length; from += BATCH) {
      const batch = asked.slice(from, from + BATCH);
      const ids = batch.map(([id]) => id);
      try {
        const found = await readObjects(this.connection.git, ids);
        for (const [id, all] of batch) {
          for (const { resolve } of all) resolve(found.get(id)!);
        }
      } catch (error) {
        for (const [, all] of batch) {
          for (const { reject } of all) reject(error);
        }
      }
    }
  }
}
