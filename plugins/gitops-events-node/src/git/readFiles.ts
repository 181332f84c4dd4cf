import {
  splitRepositoryPath,
  type RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import type { LoadTree } from './editTree';
import { folderMode, submoduleMode, type TreeEntry } from './gitObject';

/** Where objects come from: a folder on disk, a server far away. @public */
export interface GitObjectSource {
  /** The tree of a commit. */
  treeOf(commit: string): Promise<string>;
  loadTree: LoadTree;
  blob(id: string): Promise<Uint8Array>;
}

/**
 * The files among `paths` that exist; `a/` means all below it, `./` all there
 * are. In order of path. What can be asked for at the same time is, so that a
 * source far away can answer it in one piece.
 *
 * @public
 */
export async function readFiles(
  source: GitObjectSource,
  commit: string,
  paths: string[],
): Promise<RepositoryFile[]> {
  const root = { mode: folderMode, id: await source.treeOf(commit) };
  const found = new Map<string, TreeEntry>();
  await Promise.all(paths.map(path => find(source, root, path, found)));
  const files = [...found].filter(([, { mode }]) => mode !== submoduleMode);
  return Promise.all(
    files
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([path, entry]) => ({
        path,
        mode: fileMode(entry.mode),
        content: await source.blob(entry.id),
      })),
  );
}

async function find(
  source: GitObjectSource,
  root: TreeEntry,
  path: string,
  found: Map<string, TreeEntry>,
): Promise<void> {
  if (path === './') {
    await collectBelow(source, root, '', found);
    return;
  }
  const all = path.endsWith('/');
  const parts = splitRepositoryPath(all ? path.slice(0, -1) : path);
  const entry = await findEntry(source, root, parts);
  if (!entry) return;
  if (all && entry.mode === folderMode) {
    await collectBelow(source, entry, path, found);
  } else if (!all && entry.mode !== folderMode) {
    found.set(path, entry);
  }
}

/**
 * What stands at this path, of which `parts` are the names; a folder too.
 *
 * @param root - the folder to begin with
 * @public
 */
export async function findEntry(
  { loadTree }: Pick<GitObjectSource, 'loadTree'>,
  root: TreeEntry,
  parts: string[],
): Promise<TreeEntry | undefined> {
  let entry: TreeEntry | undefined = root;
  for (const part of parts) {
    if (entry?.mode !== folderMode) return undefined;
    const tree = await loadTree(entry.id);
    entry = tree.get(Buffer.from(part, 'utf8').toString('latin1'));
  }
  return entry;
}

async function collectBelow(
  source: GitObjectSource,
  folder: TreeEntry,
  prefix: string,
  found: Map<string, TreeEntry>,
): Promise<void> {
  const tree = await source.loadTree(folder.id);
  await Promise.all(
    [...tree].map(async ([name, entry]) => {
      const path = prefix + Buffer.from(name, 'latin1').toString('utf8');
      if (entry.mode === folderMode) {
        await collectBelow(source, entry, `${path}/`, found);
      } else {
        found.set(path, entry);
      }
    }),
  );
}

/** Old repositories also hold 100664, which git reads as 100644. */
function fileMode(mode: string): RepositoryFile['mode'] {
  return mode === '100755' || mode === '120000' ? mode : '100644';
}
