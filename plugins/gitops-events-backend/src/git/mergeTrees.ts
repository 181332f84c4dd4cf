import {
  type EditedTree,
  folderMode,
  type GitObject,
  type LoadTree,
  type Tree,
  type TreeEntry,
  treeObject,
} from '@gitops-events/plugin-gitops-events-node/git';

const noTree: Tree = new Map();

/**
 * Three-way merge by path, never inside a file: what one side left as it was
 * in `ancestor` is taken from the other. Undefined when both changed the same
 * path differently.
 */
export async function mergeTrees(
  trees: { ancestor: string; ours: string; theirs: string },
  loadTree: LoadTree,
): Promise<EditedTree | undefined> {
  const objects: GitObject[] = [];
  const folder = (id: string): TreeEntry => ({ mode: folderMode, id });
  const merged = await merge(
    folder(trees.ancestor),
    folder(trees.ours),
    folder(trees.theirs),
  );
  if (merged === 'conflict') return undefined;
  if (merged) return { tree: merged.id, objects };
  const empty = treeObject(new Map());
  return { tree: empty.id, objects: [empty] };

  async function merge(
    ancestor: TreeEntry | undefined,
    ours: TreeEntry | undefined,
    theirs: TreeEntry | undefined,
  ): Promise<TreeEntry | undefined | 'conflict'> {
    if (same(ancestor, ours) || same(ours, theirs)) return theirs;
    if (same(ancestor, theirs)) return ours;
    const sides = [ancestor, ours, theirs];
    if (sides.some(side => side && side.mode !== folderMode)) return 'conflict';

    const [before, mine, yours] = await Promise.all(
      sides.map(side => (side ? loadTree(side.id) : noTree)),
    );
    const after = new Map<string, TreeEntry>();
    for (const name of new Set([...mine.keys(), ...yours.keys()])) {
      const entry = await merge(
        before.get(name),
        mine.get(name),
        yours.get(name),
      );
      if (entry === 'conflict') return 'conflict';
      if (entry) after.set(name, entry);
    }
    if (after.size === 0) return undefined;
    const tree = treeObject(after);
    objects.push(tree);
    return folder(tree.id);
  }
}

function same(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.mode === b?.mode && a?.id === b?.id;
}
