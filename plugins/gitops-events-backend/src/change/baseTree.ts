import type {
  RepositoryFile,
  RepositoryReader,
} from '@gitops-events/plugin-gitops-events-node';
import { FileTree } from '../render/fileTree';

/** The files of a base commit; each path is read once. */
export function baseTree(
  reader: RepositoryReader,
  repository: string,
  commit: string,
): FileTree {
  const known = new Map<string, Promise<RepositoryFile[]>>();
  return new FileTree(async paths => {
    const missing = paths.filter(path => !known.has(path));
    if (missing.length > 0) {
      const read = reader.read(repository, commit, missing);
      for (const path of missing) {
        known.set(
          path,
          read.then(files =>
            files.filter(file =>
              path.endsWith('/')
                ? file.path.startsWith(path)
                : file.path === path,
            ),
          ),
        );
      }
      await read;
    }
    const found = new Map<string, RepositoryFile>();
    for (const path of paths) {
      for (const file of await known.get(path)!) found.set(file.path, file);
    }
    return [...found.values()];
  });
}
