import type {
  RepositoryFile,
  RepositoryReader,
} from '@gitops-events/plugin-gitops-events-node';
import { FileTree } from '../render/fileTree';

/** The files of a base commit; each path is read once, unless its reading failed. */
export function baseTree(
  reader: Pick<RepositoryReader, 'read'>,
  repository: string,
  commit: string,
): FileTree {
  const known = new Map<string, RepositoryFile[]>();
  return new FileTree(async paths => {
    const missing = paths.filter(path => !known.has(path));
    if (missing.length > 0) {
      const files = await reader.read(repository, commit, missing);
      const byPath = new Map(files.map(file => [file.path, file]));
      for (const path of missing) {
        const below = path.endsWith('/');
        const one = byPath.get(path);
        known.set(
          path,
          below
            ? files.filter(file => file.path.startsWith(path))
            : [one].flatMap(file => file ?? []),
        );
      }
    }
    const found = new Map<string, RepositoryFile>();
    for (const path of paths) {
      for (const file of known.get(path)!) found.set(file.path, file);
    }
    return [...found.values()];
  });
}
