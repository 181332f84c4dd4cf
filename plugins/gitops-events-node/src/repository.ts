/** Bytes of one file in a commit. @public */
export interface RepositoryFile {
  path: string;
  mode: '100644' | '100755' | '120000';
  content: Uint8Array;
}

/**
 * Reads a Git repository. `repository` is as in a sensor:
 * `local:deployments` or `https://github.com/acme/deployments`.
 *
 * @public
 */
export interface RepositoryReader {
  /** Commit id of a branch, or undefined when there is no such branch. Throws NotFoundError for an unknown repository. */
  head(repository: string, branch: string): Promise<string | undefined>;
  /** The files among `paths` that exist in the commit; a path that ends in `/` means all files below it. */
  read(
    repository: string,
    commit: string,
    paths: string[],
  ): Promise<RepositoryFile[]>;
  /** Whether `revision` is `commit` or one of its ancestors. */
  contains(
    repository: string,
    commit: string,
    revision: string,
  ): Promise<boolean>;
}
