import type { RepositoryFile } from '@gitops-events/plugin-gitops-events-node';
import type { Connection } from './connection';
import {
  folderMode,
  readBlobs,
  readTrees,
  submoduleMode,
  treeOfCommit,
  type KnownObjects,
  type TreeEntry,
} from './gitObjects';

/** The files among `paths` that exist, in order of path. Folder by folder of all paths together, so it takes as many requests as they are deep. */
export async function readFiles(
  connection: Connection,
  known: KnownObjects,
  commit: string,
  paths: string[],
): Promise<RepositoryFile[]> {
  const root = await treeOfCommit(connection, known, commit);
  const wanted = await lookUp(connection, known, root, paths);
  const files = new Map<string, TreeEntry>();
  let folders: Array<{ prefix: string; oid: string }> = [];
  for (const path of paths) {
    const entry = wanted.get(path);
    if (path === './') folders.push({ prefix: '', oid: root });
    else if (entry && path.endsWith('/')) {
      if (entry.mode === folderMode) {
        folders.push({ prefix: path, oid: entry.oid });
      }
    } else if (entry && entry.mode !== folderMode) files.set(path, entry);
  }
  while (folders.length > 0) {
    const trees = await readTrees(
      connection,
      known,
      folders.map(({ oid }) => oid),
    );
    const next: typeof folders = [];
    for (const { prefix, oid } of folders) {
      for (const entry of trees.get(oid)!) {
        const path = prefix + entry.name;
        if (entry.mode === folderMode) {
          next.push({ prefix: `${path}/`, oid: entry.oid });
        } else files.set(path, entry);
      }
    }
    folders = next;
  }

  const found = [...files]
    .filter(([, { mode }]) => mode !== submoduleMode)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const contents = await readBlobs(
    connection,
    known,
    found.map(([, entry]) => entry),
  );
  return found.map(([path, { mode, oid }]) => ({
    path,
    mode: mode === '100755' || mode === '120000' ? mode : '100644',
    content: contents.get(oid)!,
  }));
}

/** The entries at these paths; a path on which something else than a folder lies has none. */
export async function lookUp(
  connection: Connection,
  known: KnownObjects,
  root: string,
  paths: string[],
): Promise<Map<string, TreeEntry>> {
  const found = new Map<string, TreeEntry>();
  let walks = paths
    .map(path => ({
      path,
      parts: path.replace(/\/$/, '').split('/'),
      oid: root,
    }))
    .filter(({ path }) => path !== './');
  while (walks.length > 0) {
    const trees = await readTrees(
      connection,
      known,
      walks.map(({ oid }) => oid),
    );
    const next: typeof walks = [];
    for (const { path, parts, oid } of walks) {
      const entry = trees.get(oid)!.find(({ name }) => name === parts[0]);
      if (!entry) continue;
      if (parts.length === 1) found.set(path, entry);
      else if (entry.mode === folderMode) {
        next.push({ path, parts: parts.slice(1), oid: entry.oid });
      }
    }
    walks = next;
  }
  return found;
}
