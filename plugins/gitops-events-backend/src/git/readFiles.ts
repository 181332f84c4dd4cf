import {
  splitRepositoryPath,
  type RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import { folderMode, submoduleMode, type TreeEntry } from './gitObject';
import type { GitRepository } from './gitRepository';

/** The files among `paths` that exist; `a/` means all below it, `./` all there are. In order of path. */
export async function readFiles(
  repository: GitRepository,
  commit: string,
  paths: string[],
): Promise<RepositoryFile[]> {
  const root = { mode: folderMode, id: (await repository.commit(commit)).tree };
  const found = new Map<string, TreeEntry>();
  for (const path of paths) {
    if (path === './') {
      await collectBelow(repository, root, '', found);
      continue;
    }
    const all = path.endsWith('/');
    const parts = splitRepositoryPath(all ? path.slice(0, -1) : path);
    const entry = await lookUp(repository, root, parts);
    if (!entry) continue;
    if (all && entry.mode === folderMode) {
      await collectBelow(repository, entry, path, found);
    } else if (!all && entry.mode !== folderMode) {
      found.set(path, entry);
    }
  }
  const files = [...found].filter(([, { mode }]) => mode !== submoduleMode);
  return Promise.all(
    files
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([path, entry]) => ({
        path,
        mode: fileMode(entry.mode),
        content: await repository.blob(entry.id),
      })),
  );
}

async function lookUp(
  repository: GitRepository,
  root: TreeEntry,
  parts: string[],
): Promise<TreeEntry | undefined> {
  let entry: TreeEntry | undefined = root;
  for (const part of parts) {
    if (entry?.mode !== folderMode) return undefined;
    const tree = await repository.loadTree(entry.id);
    entry = tree.get(Buffer.from(part, 'utf8').toString('latin1'));
  }
  return entry;
}

async function collectBelow(
  repository: GitRepository,
  folder: TreeEntry,
  prefix: string,
  found: Map<string, TreeEntry>,
): Promise<void> {
  for (const [name, entry] of await repository.loadTree(folder.id)) {
    const path = prefix + Buffer.from(name, 'latin1').toString('utf8');
    if (entry.mode === folderMode) {
      await collectBelow(repository, entry, `${path}/`, found);
    } else {
      found.set(path, entry);
    }
  }
}

/** Old repositories also hold 100664, which git reads as 100644. */
function fileMode(mode: string): RepositoryFile['mode'] {
  return mode === '100755' || mode === '120000' ? mode : '100644';
}
