import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RepositoryFile } from '@gitops-events/plugin-gitops-events-node';
import { FileTree } from '../render/fileTree';
import type { BaseOf } from '../change/hostBases';

/** Folders that stand for repositories, all their branches alike. */
export function folderBases(folders: Readonly<Record<string, string>>): BaseOf {
  const known = new Map<string, FileTree>();
  return async (repository, base) => {
    const folder = Object.hasOwn(folders, repository) && folders[repository];
    if (!folder) {
      const message = `No folder stands for ${repository}; name one under \`repositories\`.`;
      return { reason: { code: 'noHost', message } };
    }
    const key = JSON.stringify([repository, base]);
    const tree = known.get(key) ?? folderTree(folder);
    known.set(key, tree);
    return tree;
  };
}

function folderTree(folder: string): FileTree {
  return new FileTree(async paths => {
    const files = new Map<string, RepositoryFile>();
    for (const wanted of paths) {
      for (const file of await filesAt(folder, wanted)) {
        files.set(file.path, file);
      }
    }
    return [...files.values()];
  });
}

/** A path that ends in `/` means all below it. */
async function filesAt(
  folder: string,
  wanted: string,
): Promise<RepositoryFile[]> {
  const kind = await stat(path.join(folder, wanted)).catch(() => undefined);
  if (wanted.endsWith('/')) {
    if (!kind?.isDirectory()) return [];
    const entries = await readdir(path.join(folder, wanted), {
      recursive: true,
      withFileTypes: true,
    });
    const names = entries
      .filter(entry => entry.isFile())
      .map(entry => path.join(entry.parentPath, entry.name));
    return Promise.all(names.map(name => fileAt(folder, name)));
  }
  return kind?.isFile()
    ? [await fileAt(folder, path.join(folder, wanted))]
    : [];
}

async function fileAt(folder: string, name: string): Promise<RepositoryFile> {
  const { mode } = await stat(name);
  return {
    path: path.relative(folder, name).split(path.sep).join('/'),
    mode: (mode & 0o100) !== 0 ? '100755' : '100644',
    content: new Uint8Array(await readFile(name)),
  };
}
