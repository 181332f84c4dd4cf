import type {
  FileWrite,
  RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import type { FilePair } from './diff';

/** As `RepositoryReader.read` of one commit: the files that exist; a path that ends in `/` means all below it. */
export type ReadFiles = (paths: string[]) => Promise<RepositoryFile[]>;

/** The files of a commit with writes on top that nobody else sees. */
export class FileTree {
  private readonly writes = new Map<string, FileWrite>();

  constructor(private readonly base: ReadFiles) {}

  /** Sorted by path. */
  async read(paths: string[]): Promise<RepositoryFile[]> {
    const found = new Map<string, RepositoryFile>();
    const below = paths.filter(path => path.endsWith('/'));
    const wanted = (path: string) =>
      paths.includes(path) || below.some(prefix => path.startsWith(prefix));
    for (const file of await this.base(paths)) {
      if (!this.writes.has(file.path)) found.set(file.path, file);
    }
    for (const { path, mode, content } of this.writes.values()) {
      if (content && wanted(path)) found.set(path, { path, mode, content });
    }
    return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Without the writes. */
  readBefore(paths: string[]): Promise<RepositoryFile[]> {
    return this.base(paths);
  }

  write(...files: FileWrite[]): void {
    for (const file of files) this.writes.set(file.path, file);
  }

  /** What the writes change in the commit; a write of what is there already changes nothing. */
  async changes(): Promise<FilePair[]> {
    const paths = [...this.writes.keys()].sort();
    const base = new Map(
      (await this.base(paths)).map(file => [file.path, file]),
    );
    return paths
      .map(path => {
        const { mode, content } = this.writes.get(path)!;
        return {
          path,
          before: base.get(path),
          after: content && { mode, content },
        };
      })
      .filter(({ before, after }) => !sameFile(before, after));
  }
}

function sameFile(a: FilePair['before'], b: FilePair['after']): boolean {
  if (!a || !b) return a === b;
  return a.mode === b.mode && Buffer.compare(a.content, b.content) === 0;
}
