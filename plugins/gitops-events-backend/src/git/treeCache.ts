import type { Tree } from '@gitops-events/plugin-gitops-events-node/git';

/** The trees used last, by id. Bounded by their entries, since a tree can be large. */
export class TreeCache {
  private readonly trees = new Map<string, Tree>();
  private entries = 0;

  constructor(private readonly maxEntries = 100_000) {}

  get(id: string): Tree | undefined {
    const tree = this.trees.get(id);
    if (tree) {
      this.trees.delete(id);
      this.trees.set(id, tree);
    }
    return tree;
  }

  set(id: string, tree: Tree): void {
    if (this.trees.has(id) || tree.size > this.maxEntries / 4) return;
    this.trees.set(id, tree);
    this.entries += tree.size + 1;
    for (const [oldest, { size }] of this.trees) {
      if (this.entries <= this.maxEntries) break;
      this.trees.delete(oldest);
      this.entries -= size + 1;
    }
  }
}
